"""Commands that add, list, rotate and revoke API keys: ``flask --app wsgi keys``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import click

from portal.errors import InvalidFieldError
from portal.models import ApiKey, KeyMode
from portal.rules.api_keys.allowed_networks import parse_networks
from portal.rules.api_keys.key_limits import KeyLimits
from portal.rules.api_keys.key_scopes import KeyScope
from portal.services.api_keys.channel_keys import add_key, prefix_in
from portal.services.api_keys.key_emails import email_new_key
from portal.services.operator.all_api_keys import (
    KeyChoice,
    count_chosen_keys,
    list_api_keys,
    revoke_by_prefix,
    revoke_chosen_keys,
    rotate_by_prefix,
)
from portal.web.command_line.arguments import KEY
from portal.web.command_line.channels import open_channel_of
from portal.web.command_line.groups import CommandGroup, for_each
from portal.web.command_line.output import (
    json_option,
    limit_option,
    print_facts,
    print_remainder,
    print_rows,
    read_pages,
)
from portal.web.command_line.users import find_user
from portal.web.runtime import current_runtime

keys = CommandGroup("keys", help="Add, list, rotate and revoke API keys.")

COLUMNS = (
    "prefix",
    "name",
    "mode",
    "channel",
    "merchant",
    "store_id",
    "scopes",
    "last_used_at",
    "revoked_at",
)


@keys.command("list")
@click.option("--email", default="", help="A part of the merchant's address.")
@click.option("--store", "store_id", type=KEY, help="Keys for this store alone.")
@click.option("--revoked", "with_revoked", is_flag=True, help="Also list revoked keys.")
@limit_option
@json_option
def list_all(
    email: str, store_id: int | None, limit: int, *, with_revoked: bool, as_json: bool
) -> None:
    """Print the API keys of all channels, newest first. STORE is empty for all stores."""
    rows, has_more = read_pages(
        lambda after: list_api_keys(
            email=email.lower(), store_id=store_id, with_revoked=with_revoked, after=after
        ),
        limit,
    )
    print_rows(map(_facts, rows), COLUMNS, as_json=as_json, nothing="no key matches")
    print_remainder(has_more=has_more)


@keys.command("add")
@click.argument("name")
@click.option("--channel", "channel_id", type=KEY, required=True, help="Channel of the key.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    type=click.Choice([str(scope) for scope in KeyScope]),
    help="What the key may do; give it once for each.",
)
@click.option(
    "--mode",
    default=str(KeyMode.LIVE),
    show_default=True,
    type=click.Choice([str(mode) for mode in KeyMode]),
    help="Test keys reach test stores only, live keys the others.",
)
@click.option(
    "--network",
    "networks",
    multiple=True,
    help="Network that it may be used from, such as 203.0.113.0/24; give it once for each.",
)
@click.option("--expires", type=click.DateTime(), help="Time in UTC from which it is refused.")
@json_option
def add(
    name: str,
    channel_id: int,
    scopes: tuple[str, ...],
    mode: str,
    expires: datetime | None,
    networks: tuple[str, ...],
    *,
    as_json: bool,
) -> None:
    """Add the key NAME to a channel of the marketplace and print it; it is shown only once.

    The key reaches the stores of its mode that consent to the channel.
    """
    expires_at = None if expires is None else expires.replace(tzinfo=UTC)
    try:
        limits = KeyLimits(expires_at, parse_networks(networks))
    except InvalidFieldError as error:
        raise click.ClickException(error.sentence) from error
    channel = open_channel_of(channel_id)
    made = add_key(channel, name, scopes, mode=KeyMode(mode), limits=limits)
    if made is None:
        raise click.ClickException("the channel has as many keys as it can have; revoke one first")
    email_new_key(current_runtime(), made)
    print_facts({**_facts(made.key), "key": made.text}, as_json=as_json)


@keys.command("revoke")
@click.argument("prefixes", nargs=-1, required=True)
@click.option("--yes", is_flag=True, help="Don't ask for confirmation.")
def revoke(prefixes: tuple[str, ...], *, yes: bool) -> None:
    """Revoke the keys with these PREFIXES, such as 1f0c9a7be2d4 of mp_1f0c9a7be2d4_…, at once."""
    if not yes:
        click.confirm(f"Revoke {len(prefixes)} keys? Programs that use them stop.", abort=True)

    def act(prefix: str) -> str:
        key = revoke_by_prefix(current_runtime(), prefix_in(prefix))
        if key is None:
            raise click.ClickException("no valid key has this prefix")
        return "revoked"

    for_each(prefixes, prefix_in, act)


@keys.command("revoke-all")
@click.option("--store", "store_id", type=KEY, help="Keys of merchants that reach this store.")
@click.option("--channel", "channel_id", type=KEY, help="Keys of this channel.")
@click.option("--email", help="Keys of the merchant with this address.")
@click.option("--all", "of_all", is_flag=True, help="Every key of the portal.")
@click.option("--yes", is_flag=True, help="Don't ask for confirmation.")
def revoke_all(
    store_id: int | None, channel_id: int | None, email: str | None, *, of_all: bool, yes: bool
) -> None:
    """Revoke many keys at once, after an incident. Give one of the options that choose them.

    With --store, keys of the marketplace's channels stay valid, because they reach other stores,
    too: end their access to the store with `channels revoke`.
    """
    given = [option for option in (store_id, channel_id, email, of_all or None) if option]
    if len(given) != 1:
        raise click.UsageError("give one of --store, --channel, --email and --all")
    wanted = KeyChoice(store_id, channel_id, None if email is None else find_user(email).id)
    count = count_chosen_keys(wanted)
    if not yes:
        click.confirm(f"Revoke {count} keys? Programs that use them stop.", abort=True)
    revoked = revoke_chosen_keys(current_runtime(), wanted)
    click.echo(f"{revoked} keys revoked")


@keys.command("rotate")
@click.argument("prefix")
@click.option("--revoke-old", is_flag=True, help="Refuse the old secret at once, not in a day.")
@json_option
def rotate(prefix: str, *, revoke_old: bool, as_json: bool) -> None:
    """Replace the secret of the key with PREFIX and print the new one; it is shown only once.

    The old secret works for another day.
    """
    made = rotate_by_prefix(prefix_in(prefix), revoke_old=revoke_old)
    if made is None:
        raise click.ClickException("no valid key has this prefix")
    print_facts({**_facts(made.key), "key": made.text}, as_json=as_json)


def _facts(key: ApiKey) -> Mapping[str, Any]:
    return {
        "prefix": key.prefix,
        "name": key.name,
        "mode": key.mode,
        "channel_id": key.channel_id,
        "channel": key.channel.name,
        "merchant": None if key.merchant is None else key.merchant.email,
        "store_id": key.store_id,
        "scopes": key.scopes,
        "maker": key.maker,
        "allowed_networks": list(key.limits.networks),
        "created_at": key.created_at,
        "expires_at": key.expires_at,
        "rotated_at": key.rotated_at,
        "last_used_at": key.last_used_at,
        "last_used_from": key.last_used_from,
        "suspended_at": key.suspended_at,
        "revoked_at": key.revoked_at,
    }
