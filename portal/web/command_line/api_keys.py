"""Commands that list and revoke API keys: ``flask --app wsgi keys``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from portal.models import ApiKey
from portal.services.operator.all_api_keys import list_api_keys, revoke_by_prefix
from portal.web.command_line.arguments import KEY
from portal.web.command_line.groups import CommandGroup, for_each
from portal.web.command_line.output import (
    json_option,
    limit_option,
    print_remainder,
    print_rows,
    read_pages,
)
from portal.web.runtime import current_runtime

keys = CommandGroup("keys", help="List and revoke API keys.")

COLUMNS = ("prefix", "name", "merchant", "store_id", "scopes", "last_used_at", "revoked_at")


@keys.command("list")
@click.option("--email", default="", help="A part of the merchant's address.")
@click.option("--store", "store_id", type=KEY, help="Keys for this store alone.")
@click.option("--revoked", "with_revoked", is_flag=True, help="Also list revoked keys.")
@limit_option
@json_option
def list_all(
    email: str, store_id: int | None, limit: int, *, with_revoked: bool, as_json: bool
) -> None:
    """Print the API keys of all merchants, newest first. STORE is empty for all stores."""
    rows, has_more = read_pages(
        lambda after: list_api_keys(
            email=email.lower(), store_id=store_id, with_revoked=with_revoked, after=after
        ),
        limit,
    )
    print_rows(map(_facts, rows), COLUMNS, as_json=as_json, nothing="no key matches")
    print_remainder(has_more=has_more)


@keys.command("revoke")
@click.argument("prefixes", nargs=-1, required=True)
@click.option("--yes", is_flag=True, help="Don't ask for confirmation.")
def revoke(prefixes: tuple[str, ...], *, yes: bool) -> None:
    """Revoke the keys with these PREFIXES, such as 1f0c9a7be2d4 of mp_1f0c9a7be2d4_…, at once."""
    if not yes:
        click.confirm(f"Revoke {len(prefixes)} keys? Programs that use them stop.", abort=True)

    def act(prefix: str) -> str:
        found = prefix.removeprefix("mp_").partition("_")[0]
        key = revoke_by_prefix(current_runtime(), found)
        if key is None:
            raise click.ClickException("no valid key has this prefix")
        return "revoked"

    for_each(prefixes, lambda prefix: prefix.removeprefix("mp_").partition("_")[0], act)


def _facts(key: ApiKey) -> Mapping[str, Any]:
    return {
        "prefix": key.prefix,
        "name": key.name,
        "merchant": key.merchant.email,
        "store_id": key.store_id,
        "scopes": key.scopes,
        "created_at": key.created_at,
        "rotated_at": key.rotated_at,
        "last_used_at": key.last_used_at,
        "revoked_at": key.revoked_at,
    }
