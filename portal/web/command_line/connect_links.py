"""Commands that invite merchants by links: ``flask --app wsgi connect-link``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click
from flask import current_app, url_for

from portal.models import Onboarding
from portal.services.connection.connect_link_tokens import link_token
from portal.services.connection.onboarding import LABEL_LIMIT, create_link, withdraw_link
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
from portal.web.runtime import current_runtime

connect_link = CommandGroup("connect-link", help="Invite merchants to connect a store by a link.")

COLUMNS = ("id", "for", "status", "reason", "merchant", "store_id", "since", "link")


@connect_link.command("make")
@click.argument("label")
@json_option
def make(label: str, *, as_json: bool) -> None:
    """Make a link for a merchant and print it; only operators see LABEL, which names them."""
    if not label.strip() or len(label.strip()) > LABEL_LIMIT:
        raise click.UsageError(f"LABEL has 1 to {LABEL_LIMIT} characters")
    print_facts(_facts(create_link(None, label.strip())), as_json=as_json)


@connect_link.command("list")
@limit_option
@json_option
def list_all(limit: int, *, as_json: bool) -> None:
    """Print the links and onboardings that are not finished, newest first."""
    rows, has_more = read_pages(
        lambda after: list_onboardings(None, only_unfinished=True, after=after), limit
    )
    print_rows(map(_facts, rows), COLUMNS, as_json=as_json, nothing="every onboarding is finished")
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
        "status": "expired" if onboarding.is_expired else onboarding.step,
        "reason": onboarding.failure_reason,
        "merchant": None if onboarding.merchant is None else onboarding.merchant.email,
        "store_id": onboarding.store_id,
        "since": onboarding.step_changed_at,
        "expires_at": onboarding.expires_at,
        "link": _link(onboarding) if is_usable else None,
    }


def _link(onboarding: Onboarding) -> str:
    runtime = current_runtime()
    token = link_token(runtime.settings.secret_key, onboarding)
    with current_app.test_request_context():
        return absolute_url(runtime, url_for("connect.onboarding_guide", token=token))
