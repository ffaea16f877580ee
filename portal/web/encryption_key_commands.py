"""Add the operator's commands about encryption keys: ``flask --app wsgi keys …``."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from portal.services.connection.reseal_secrets import Tally, opens_some_token, reseal_secrets
from portal.web.runtime import current_runtime

keys = AppGroup("keys", help="Look after the keys that seal tokens.")

CLOSED_SHOWN = 20


@keys.command("rotate")
def rotate() -> None:
    """Seal every stored secret with the first key of PORTAL_ENCRYPTION_KEYS.

    Everything may run meanwhile. Exit status 1 if some can't be opened.
    """
    runtime = current_runtime()
    with runtime.database.connection_context():
        if not opens_some_token(runtime.sealer):
            raise click.ClickException(
                "PORTAL_ENCRYPTION_KEYS opens none of the newest tokens: a key is missing. "
                "Nothing was changed."
            )
        tallies: dict[str, Tally] = {}
        for tally in reseal_secrets(runtime.sealer):
            tallies[tally.column] = tally
            if tally.looked_at:
                click.echo(f"{tally.column}: {tally.looked_at} looked at")
    for tally in tallies.values():
        click.echo(_line(tally))
    if any(tally.closed for tally in tallies.values()):
        raise click.ClickException(
            "some can't be opened: add the key that sealed them, or see above"
        )


def _line(tally: Tally) -> str:
    """Return what became of a column, in one line."""
    parts = [
        f"{tally.column}: {tally.resealed} sealed anew",
        f"{tally.were_newest} had the newest key",
    ]
    if tally.changed:
        parts.append(f"{tally.changed} were changed meanwhile")
    if tally.closed:
        shown = ", ".join(map(str, tally.closed[:CLOSED_SHOWN]))
        more = " and more" if len(tally.closed) > CLOSED_SHOWN else ""
        parts.append(f"{len(tally.closed)} can't be opened (rows {shown}{more})")
    return ", ".join(parts)
