"""Commands that invite merchants by links: ``flask --app wsgi connect-link``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click
from flask import current_app, url_for

from portal.i18n import DEFAULT_LANGUAGE
from portal.models import Onboarding
from portal.rules.connection.onboarding_steps import OnboardingStatus
from portal.services.accounts.sign_up import parse_email
from portal.services.connection.connect_link_tokens import link_token
from portal.services.connection.connect_links import (
    LABEL_LIMIT,
    NOTE_LIMIT,
    create_link,
    withdraw_link,
)
from portal.services.operator.list_onboardings import list_onboardings
from portal.web.command_line.arguments import KEY
from portal.web.command_line.groups import CommandGroup, for_each
from portal.web.command_line.output import (
    json_option,
    limit_option,
    print_facts,
    print_remainder,
    print_rows,
    read_pages,
)
from portal.web.emails import absolute_url
from portal.web.languages.offered import available_languages
from portal.web.runtime import current_runtime

connect_link = CommandGroup("connect-link", help="Invite merchants to connect a store by a link.")

COLUMNS = ("id", "for", "email", "status", "reason", "merchant", "store_id", "since", "link")


@connect_link.command("make")
@click.argument("label")
@click.option("--email", default="", help="The merchant's address, for reminders.")
@click.option(
    "--language",
    default=DEFAULT_LANGUAGE,
    show_default=True,
    help="Language of the link's page and emails.",
)
@click.option("--note", default="", help="Note that the merchant reads on the link's page.")
@json_option
def make(label: str, email: str, language: str, note: str, *, as_json: bool) -> None:
    """Make a link for a merchant and print it; only operators see LABEL, which names them.

    An operator can mail the link on the page of the onboarding.
    """
    if not label.strip() or len(label.strip()) > LABEL_LIMIT:
        raise click.UsageError(f"LABEL has 1 to {LABEL_LIMIT} characters")
    if len(note) > NOTE_LIMIT:
        raise click.UsageError(f"the note has at most {NOTE_LIMIT} characters")
    if language not in available_languages():
        raise click.UsageError(f"--language is one of {', '.join(available_languages())}")
    try:
        address = parse_email(email) if email else ""
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    link = create_link(None, label.strip(), email=address, locale=language, note=note.strip())
    print_facts(_facts(link), as_json=as_json)


@connect_link.command("list")
@click.option("--search", default="", help="A part of the label or of an address.")
@click.option(
    "--status",
    type=click.Choice(list(map(str, OnboardingStatus))),
    help="Onboardings with a status; without it those that are not finished.",
)
@limit_option
@json_option
def list_all(search: str, status: str | None, limit: int, *, as_json: bool) -> None:
    """Print the links and onboardings that are not finished, newest first."""
    wanted = None if status is None else OnboardingStatus(status)
    rows, has_more = read_pages(
        lambda after: list_onboardings(
            wanted, search=search, only_unfinished=wanted is None, after=after
        ),
        limit,
    )
    print_rows(map(_facts, rows), COLUMNS, as_json=as_json, nothing="no onboarding matches")
    print_remainder(has_more=has_more)


@connect_link.command("withdraw")
@click.argument("ids", nargs=-1, required=True, type=KEY)
def withdraw(ids: tuple[int, ...]) -> None:
    """Withdraw the links with these IDS, as printed by ``list``; they no longer work."""

    def act(onboarding_id: int) -> str:
        if not withdraw_link(onboarding_id):
            raise click.ClickException("there is no unfinished onboarding with this ID")
        return "withdrawn"

    for_each(ids, lambda onboarding_id: f"link {onboarding_id}", act)


def _facts(onboarding: Onboarding) -> Mapping[str, Any]:
    is_usable = onboarding.is_invite_link and onboarding.is_open
    return {
        "id": onboarding.id,
        "for": onboarding.invitee,
        "email": onboarding.email,
        "status": onboarding.status,
        "reason": onboarding.failure_reason,
        "merchant": None if onboarding.merchant is None else onboarding.merchant.email,
        "store_id": onboarding.store_id,
        "since": onboarding.step_changed_at,
        "expires_at": onboarding.expires_at,
        "link": _link(onboarding) if is_usable else None,
    }


def _link(onboarding: Onboarding) -> str:
    runtime = current_runtime()
    token = link_token(runtime.settings.secret_keys, onboarding)
    with current_app.test_request_context():
        return absolute_url(runtime, url_for("connect.onboarding_guide", token=token))
