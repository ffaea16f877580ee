"""Which of some records the mirror has, so that pages link only to pages that exist."""

from __future__ import annotations

from collections.abc import Iterable

from portal.models import MirrorTable
from portal.models.bulk import in_values


def mirrored_ids(
    table: type[MirrorTable], store_id: int, remote_ids: Iterable[int | None]
) -> set[int]:
    """Return the ids of the records that have a page, deleted ones included."""
    wanted = {remote_id for remote_id in remote_ids if remote_id is not None}
    if not wanted:
        return set()
    rows = table.select(table.remote_id).where(
        table.store == store_id, in_values(table.remote_id, list(wanted))
    )
    return {row.remote_id for row in rows}
