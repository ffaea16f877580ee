"""Operator commands that manage encryption keys: ``flask --app wsgi encryption-keys``."""

from __future__ import annotations

from collections.abc import Iterable

import click

from portal.models import AuditLogEntry
from portal.rules.accounts.audit_actions import AuditAction
from portal.services.connection.reseal_secrets import (
    ResealCounts,
    can_open_any_token,
    reseal_secrets,
)
from portal.web.command_line.groups import CommandGroup, PartlyDoneError
from portal.web.command_line.output import progress
from portal.web.runtime import current_runtime

encryption_keys = CommandGroup("encryption-keys", help="Manage the keys that encrypt secrets.")

UNDECRYPTABLE_SHOWN = 20


@encryption_keys.command("rotate")
def rotate() -> None:
    """Re-encrypt all stored secrets with the first key of PORTAL_ENCRYPTION_KEYS.

    The portal and the daemon may keep running. Exits with code 3 if a secret cannot be decrypted.
    """
    sealer = current_runtime().sealer
    if not can_open_any_token(sealer):
        raise click.ClickException(
            "PORTAL_ENCRYPTION_KEYS opens none of the newest tokens: a key is missing. "
            "Nothing was changed."
        )
    by_column: dict[str, ResealCounts] = {}
    with progress("secrets") as show:
        for counts in reseal_secrets(sealer):
            by_column[counts.column] = counts
            show(sum(each.checked for each in by_column.values()))
    _audit(by_column.values())
    for counts in by_column.values():
        click.echo(_line(counts))
    if any(counts.unopenable for counts in by_column.values()):
        raise PartlyDoneError(
            "some secrets can't be decrypted: add their key to PORTAL_ENCRYPTION_KEYS"
        )


def _audit(counts: Iterable[ResealCounts]) -> None:
    """Record the rotation with the columns of which something changed or can't be opened."""
    changes = {
        each.column: {"resealed": each.resealed, "unopenable": len(each.unopenable)}
        for each in counts
        if each.resealed or each.unopenable
    }
    AuditLogEntry.record_request(
        None, AuditAction.ENCRYPTION_KEYS_ROTATED, "encryption keys", after=changes
    )


def _line(counts: ResealCounts) -> str:
    """Return a one-line summary of a column."""
    parts = [
        f"{counts.column}: {counts.resealed} resealed",
        f"{counts.already_current} had the newest key",
    ]
    if counts.changed:
        parts.append(f"{counts.changed} were changed by another process")
    if counts.unopenable:
        shown = ", ".join(map(str, counts.unopenable[:UNDECRYPTABLE_SHOWN]))
        more = " and more" if len(counts.unopenable) > UNDECRYPTABLE_SHOWN else ""
        parts.append(f"{len(counts.unopenable)} can't be opened (rows {shown}{more})")
    return ", ".join(parts)
