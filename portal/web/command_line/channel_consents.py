"""Commands about the consents of stores to channels, in the group ``channels``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click
from flask.cli import with_appcontext

from portal.models import ChannelConsent
from portal.rules.channels.channel_states import ConsentChange
from portal.services.channels.consent_emails import email_consents
from portal.services.channels.consents import change_consent, consent_of, list_consents
from portal.web.command_line.arguments import KEY
from portal.web.command_line.groups import for_each, with_database
from portal.web.command_line.output import (
    json_option,
    limit_option,
    print_remainder,
    print_rows,
    read_pages,
)
from portal.web.runtime import current_runtime

COLUMNS = ("channel_id", "store_id", "status", "scopes", "granted_at", "last_used_at")


@click.command("consents")
@click.option("--channel", "channel_id", type=KEY, help="Consents to this channel.")
@click.option("--store", "store_id", type=KEY, help="Consents of this store.")
@limit_option
@json_option
@with_appcontext
@with_database
def consents(channel_id: int | None, store_id: int | None, limit: int, *, as_json: bool) -> None:
    """Print what stores allow channels, newest first; only owners can allow something."""
    rows, has_more = read_pages(
        lambda after: list_consents(channel_id=channel_id, store_id=store_id, after=after), limit
    )
    facts = map(_facts, rows)
    print_rows(facts, COLUMNS, as_json=as_json, nothing="no consent matches")
    print_remainder(has_more=has_more)


@click.command("revoke")
@click.argument("channel_id", type=KEY)
@click.argument("store_ids", nargs=-1, required=True, type=KEY)
@with_appcontext
@with_database
def revoke(channel_id: int, store_ids: tuple[int, ...]) -> None:
    """End the access of the channel CHANNEL_ID to the stores STORE_IDS, and email their owners."""

    def act(store_id: int) -> str:
        consent = consent_of(channel_id, store_id)
        if consent is None:
            raise click.ClickException("the store has never consented to this channel")
        changed = change_consent(consent, ConsentChange.REVOKED, None)
        email_consents(current_runtime(), ConsentChange.REVOKED, [changed], None)
        return "access ended"

    for_each(store_ids, lambda store_id: f"store {store_id}", act)


def _facts(consent: ChannelConsent) -> Mapping[str, Any]:
    return {
        "channel_id": consent.channel_id,
        "channel": consent.channel.name,
        "store_id": consent.store_id,
        "external_reference": consent.external_reference,
        "status": consent.status,
        "scopes": consent.scopes,
        "granted_at": consent.granted_at,
        "changed_at": consent.changed_at,
        "last_used_at": consent.last_used_at,
        "stock_buffer": consent.stock_buffer,
        "selling_paused_at": consent.selling_paused_at,
    }
