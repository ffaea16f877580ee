"""Rotation of the sealing key: seals all stored secrets with the newest key, without downtime.

Secrets of versions that didn't bind them to their rows are bound.

A row is written only if it is unchanged since it was read, so a concurrent consent or a new second
factor is never overwritten.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import structlog

from portal.errors import SealedSecretError
from portal.models import TABLES, Grant, database
from portal.models.sealed_columns import SealedColumn, sealed_columns
from portal.sealing import Sealer

log = structlog.get_logger(__name__)

BATCH = 200
TOKENS_CHECKED = 20


@dataclass
class ResealCounts:
    """Counts of one column's secrets so far.

    ``changed`` counts rows that somebody else wrote in between; ``unopenable`` has the ids of the
    rows that none of our keys can open.
    """

    column: str
    checked: int = 0
    resealed: int = 0
    changed: int = 0
    unopenable: list[int] = field(default_factory=list)

    @property
    def already_current(self) -> int:
        """Return the number of secrets that already had the newest key."""
        return self.checked - self.resealed - self.changed - len(self.unopenable)


def reseal_secrets(sealer: Sealer, *, batch: int = BATCH) -> Iterator[ResealCounts]:
    """Reseal all sealed columns; yield a column's counts after each batch.

    Safe to interrupt and to repeat: secrets with the newest key are skipped.
    """
    for column in sealed_columns(TABLES):
        counts = ResealCounts(column.name)
        yield counts
        after_id: int | None = None
        while rows := column.rows_after(after_id, batch):
            _reseal(sealer, column, rows, counts)
            after_id = rows[-1][0]
            yield counts
        log.info("secrets.resealed", column=counts.column, count=counts.resealed)


def can_open_any_token(sealer: Sealer) -> bool:
    """Return whether our keys open one of the newest active tokens; True if there are none.

    If they open none of them, a key is missing. A single damaged row has another cause.
    """
    newest = (
        Grant.select(Grant.sealed_access_token, Grant.store)
        .where(Grant.revoked_at.is_null())
        .order_by(Grant.id.desc())
        .limit(TOKENS_CHECKED)
    )
    grants = list(newest)
    return not grants or any(_opens(sealer, grant) for grant in grants)


def _reseal(
    sealer: Sealer,
    column: SealedColumn,
    rows: Sequence[tuple[int, object, str]],
    counts: ResealCounts,
) -> None:
    """Reseal the secrets without the newest key, then write them in one short transaction."""
    counts.checked += len(rows)
    fresh: list[tuple[int, str, str]] = []
    for key, bound_to, sealed in rows:
        try:
            resealed = sealer.reseal(sealed, column.name, bound_to)
        except SealedSecretError:
            counts.unopenable.append(key)
            continue
        if resealed is not None:
            fresh.append((key, sealed, resealed))
    with database.atomic():
        for key, sealed, resealed in fresh:
            if column.replace(key, sealed, resealed):
                counts.resealed += 1
            else:
                counts.changed += 1


def _opens(sealer: Sealer, grant: Grant) -> bool:
    try:
        sealer.open(grant.sealed_access_token, "grant.sealed_access_token", grant.store_id)
    except SealedSecretError:
        return False
    return True
