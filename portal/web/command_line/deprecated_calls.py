"""Command that lists calls of deprecated parts of the API, in the group ``channels``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click
from flask.cli import with_appcontext
from redis import RedisError

from portal.services.channels.deprecated_calls import DeprecatedCalls, list_deprecated_calls
from portal.web.command_line.groups import with_database
from portal.web.command_line.output import json_option, print_rows
from portal.web.runtime import current_runtime

COLUMNS = ("part", "channel_id", "channel", "contact_email", "calls", "last_day")


@click.command("deprecated-calls")
@json_option
@with_appcontext
@with_database
def deprecated_calls(*, as_json: bool) -> None:
    """Print who has called deprecated parts of the API in the last 90 days, to warn them."""
    try:
        found = list_deprecated_calls(current_runtime())
    except RedisError as error:
        raise click.ClickException(f"the counts can't be read: {type(error).__name__}") from error
    facts = map(_facts, found)
    print_rows(facts, COLUMNS, as_json=as_json, nothing="nobody has called a deprecated part")


def _facts(use: DeprecatedCalls) -> Mapping[str, Any]:
    channel = use.channel
    own = None if channel.merchant is None else channel.merchant.email
    return {
        "part": use.part,
        "channel_id": channel.id,
        "channel": channel.name,
        "contact_email": own or channel.contact_email,
        "calls": use.calls,
        "last_day": use.last_day.isoformat(),
    }
