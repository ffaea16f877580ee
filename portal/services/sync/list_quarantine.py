"""List a store's quarantined records page by page, and have one read again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portal.errors import RunRefusedError
from portal.models import Quarantine, RecordResync, Resource, Store
from portal.rules.sync.run_refusals import RunRefusal
from portal.services.pagination import KeyPage, page_by_key
from portal.services.runtime import Runtime
from portal.services.sync.resync_records import resync_record


@dataclass(frozen=True)
class QuarantinePage:
    """One page of open entries; ``total`` is the number of all open entries of the store.

    ``resyncs`` maps an entry's id to the latest request to read its record again.
    """

    total: int
    page: KeyPage[Quarantine]
    resyncs: Mapping[int, RecordResync]


def list_quarantine(
    store: Store, *, after: int | None = None, before: int | None = None
) -> QuarantinePage:
    """Return a page of the store's open entries, most recently created first."""
    open_entries = Quarantine.open_of(store)
    page = page_by_key(open_entries, Quarantine.id, after=after, before=before)
    return QuarantinePage(open_entries.count(), page, _latest_resyncs(store, page.rows))


def retry_entry(runtime: Runtime, store: Store, entry_id: int) -> Quarantine | None:
    """Have the entry's record read again soon; return the entry, None if the store has none.

    Raises RunRefusedError if the entry is resolved, its record has no readable id, or the store is
    stopped.
    """
    entry: Quarantine | None = Quarantine.get_or_none(
        Quarantine.id == entry_id, Quarantine.store == store
    )
    if entry is None:
        return None
    if entry.resolved_at is not None:
        raise RunRefusedError(store.id, RunRefusal.ALREADY_RESOLVED)
    resync_record(runtime, store, Resource(entry.resource), entry.entity_id)
    return entry


def _latest_resyncs(store: Store, entries: Sequence[Quarantine]) -> Mapping[int, RecordResync]:
    by_resource: dict[str, dict[str, Quarantine]] = {}
    for entry in entries:
        by_resource.setdefault(entry.resource, {})[entry.entity_id] = entry
    return {
        same[entity_id].id: resync
        for resource, same in by_resource.items()
        for entity_id, resync in RecordResync.latest_of(store.id, resource, list(same)).items()
        if _is_current(resync, same[entity_id])
    }


def _is_current(resync: RecordResync, entry: Quarantine) -> bool:
    """Return whether the resync is newer than the entry's last failed read, or still waiting."""
    is_current: bool = resync.finished_at is None or resync.finished_at >= entry.last_seen_at
    return is_current
