"""Commands that manage the operator's channels: ``flask --app wsgi channels``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from portal.models import Channel
from portal.rules.api_keys.key_scopes import STORE_SCOPES, known_scopes
from portal.rules.channels.channel_states import ChannelKind, ChannelStatus
from portal.rules.records.sellable import UnsellableReason
from portal.services.accounts.sign_up import parse_email
from portal.services.channels.manage_channels import (
    ChannelSettings,
    add_channel,
    count_channel,
    find_channel,
    list_channels,
    set_alert_emails,
    set_channel_status,
)
from portal.services.channels.sale_rules import (
    IGNORABLE,
    OPTION_TYPES,
    change_rules,
    rule_facts,
)
from portal.web.command_line.arguments import KEY
from portal.web.command_line.channel_consents import consents, revoke
from portal.web.command_line.deprecated_calls import deprecated_calls
from portal.web.command_line.groups import CommandGroup, for_each
from portal.web.command_line.output import (
    json_option,
    limit_option,
    print_facts,
    print_remainder,
    print_rows,
    read_pages,
)

channels = CommandGroup("channels", help="Manage channels and see what stores allow them.")
for command in (consents, revoke, deprecated_calls):
    channels.add_command(command)

COLUMNS = ("id", "name", "kind", "merchant", "status", "requested_scopes")
_channel_id = click.argument("channel_id", type=KEY)


@channels.command("add")
@click.argument("name")
@click.option("--email", required=True, help="Address of the people who run the channel.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    type=click.Choice([str(scope) for scope in STORE_SCOPES]),
    help="What stores are asked to allow; give it once for each.",
)
@click.option(
    "--return-url",
    "return_urls",
    multiple=True,
    help="URL that merchants may be sent back to, and all below it; give it once for each.",
)
@click.option("--logo", default="", help="URL of the logo.")
@json_option
def add(
    name: str,
    email: str,
    scopes: tuple[str, ...],
    return_urls: tuple[str, ...],
    logo: str,
    *,
    as_json: bool,
) -> None:
    """Add a channel named NAME, which stores can consent to, and print it."""
    try:
        address = parse_email(email)
        wanted = ChannelSettings(name, address, known_scopes(scopes), return_urls, logo)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    print_facts(_facts(add_channel(wanted)), as_json=as_json)


@channels.command("list")
@click.option("--all", "with_own", is_flag=True, help="Also the own channels of merchants.")
@limit_option
@json_option
def list_all(limit: int, *, with_own: bool, as_json: bool) -> None:
    """Print the channels, newest first."""
    kind = None if with_own else ChannelKind.MARKETPLACE
    rows, has_more = read_pages(lambda after: list_channels(kind=kind, after=after), limit)
    print_rows(map(_facts, rows), COLUMNS, as_json=as_json, nothing="there is no channel")
    print_remainder(has_more=has_more)


@channels.command("show")
@_channel_id
@json_option
def show(channel_id: int, *, as_json: bool) -> None:
    """Print what is known about the channel CHANNEL_ID."""
    channel = channel_of(channel_id)
    counts = count_channel(channel)
    numbers = {"stores": counts.stores, "keys": counts.keys, "endpoints": counts.endpoints}
    print_facts({**_facts(channel), **numbers}, as_json=as_json)


@channels.command("pause")
@click.argument("channel_ids", nargs=-1, required=True, type=KEY)
def pause(channel_ids: tuple[int, ...]) -> None:
    """Refuse all keys of the channels CHANNEL_IDS and send them no events, until `resume`."""
    _set_status(channel_ids, ChannelStatus.PAUSED, "paused")


@channels.command("resume")
@click.argument("channel_ids", nargs=-1, required=True, type=KEY)
def resume(channel_ids: tuple[int, ...]) -> None:
    """Let the paused channels CHANNEL_IDS work again."""
    _set_status(channel_ids, ChannelStatus.ACTIVE, "active")


@channels.command("close")
@click.argument("channel_ids", nargs=-1, required=True, type=KEY)
@click.option("--yes", is_flag=True, help="Don't ask for confirmation.")
def close(channel_ids: tuple[int, ...], *, yes: bool) -> None:
    """Close the channels CHANNEL_IDS for good: nothing of them works any more."""
    if not yes:
        click.confirm(f"Close {len(channel_ids)} channels for good?", abort=True)
    _set_status(channel_ids, ChannelStatus.CLOSED, "closed")


@channels.command("alerts")
@click.argument("channel_ids", nargs=-1, required=True, type=KEY)
@click.option("--on/--off", "wanted", required=True, help="Whether the contact gets emails.")
def alerts(channel_ids: tuple[int, ...], *, wanted: bool) -> None:
    """Email the contacts of the channels CHANNEL_IDS about issues of stores, or end it.

    An email is sent at most once an hour. It has the numbers of the channel's own orders that were
    rejected, unresolved or changed in conflict, and, with the scope read_health, those of dead
    events and quarantined records.
    """

    def act(channel_id: int) -> str:
        if not set_alert_emails(channel_of(channel_id), wanted=wanted):
            raise click.ClickException("the channel is closed")
        return "emails are on" if wanted else "emails are off"

    for_each(channel_ids, lambda channel_id: f"channel {channel_id}", act)


@channels.command("rules")
@_channel_id
@click.option(
    "--ignore",
    "ignored",
    multiple=True,
    type=click.Choice([str(reason) for reason in IGNORABLE]),
    help="Reason that doesn't prevent a sale; give it once for each.",
)
@click.option(
    "--option-type",
    "option_types",
    multiple=True,
    type=click.Choice(OPTION_TYPES),
    help="Type of required options that the channel supports; give it once for each.",
)
@click.option("--default", "is_default", is_flag=True, help="Go back to the default rules.")
@json_option
def rules(
    channel_id: int,
    ignored: tuple[str, ...],
    option_types: tuple[str, ...],
    *,
    is_default: bool,
    as_json: bool,
) -> None:
    """Set which products the channel CHANNEL_ID can sell, and print the rules.

    The given options replace the present rules; without options they are only printed. Other
    reasons always count, because an order of such a product is refused.
    """
    channel = channel_of(channel_id)
    if is_default and (ignored or option_types):
        raise click.UsageError("--default can't be combined with other rules")
    if is_default or ignored or option_types:
        reasons = [UnsellableReason(reason) for reason in ignored]
        channel = change_rules(channel, reasons, option_types or None)
    print_facts(rule_facts(channel), as_json=as_json)


def channel_of(channel_id: int) -> Channel:
    """Return a channel of the operator; fail if there is none with this id."""
    channel = find_channel(channel_id)
    if channel is None:
        raise click.ClickException(f"there is no channel of the marketplace with ID {channel_id}")
    return channel


def open_channel_of(channel_id: int) -> Channel:
    """Return a channel of the operator; fail if it is closed, because nothing of it works."""
    channel = channel_of(channel_id)
    if channel.status == ChannelStatus.CLOSED:
        raise click.ClickException("the channel is closed")
    return channel


def _set_status(channel_ids: tuple[int, ...], status: ChannelStatus, done: str) -> None:
    def act(channel_id: int) -> str:
        channel = channel_of(channel_id)
        if not set_channel_status(channel, status):
            raise click.ClickException(f"the channel is {channel.status}")
        return done

    for_each(channel_ids, lambda channel_id: f"channel {channel_id}", act)


def _facts(channel: Channel) -> Mapping[str, Any]:
    return {
        "id": channel.id,
        "name": channel.name,
        "kind": channel.kind,
        "merchant": None if channel.merchant is None else channel.merchant.email,
        "status": channel.status,
        "status_changed_at": channel.status_changed_at,
        "contact_email": channel.contact_email,
        "alert_emails": channel.alert_emails,
        "logo_url": channel.logo_url,
        "requested_scopes": channel.requested_scopes,
        "return_urls": channel.return_urls,
        "created_at": channel.created_at,
    }
