"""Progress of a store's first import: the first complete read of each of its resources."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class FirstImportState(StrEnum):
    """State of a store's first import."""

    WAITING = "waiting"  # not begun, or nothing is read at the moment
    RUNNING = "running"
    COMPLETED = "completed"


class ImportedResource(NamedTuple):
    """First import of one resource; ``total`` is the number of its records, None if unknown."""

    is_complete: bool
    is_running: bool = False
    seen: int = 0
    total: int | None = None


@dataclass(frozen=True)
class FirstImport:
    """State of a store's first import, and the percentage of the records that were read."""

    state: FirstImportState
    percent: int


def first_import_of(resources: Collection[ImportedResource]) -> FirstImport:
    """Return the progress over all resources of a store."""
    if all(resource.is_complete for resource in resources):
        return FirstImport(FirstImportState.COMPLETED, 100)
    is_running = any(resource.is_running for resource in resources)
    # A resource of unknown size counts as one record that was not read.
    total = sum(
        max(r.seen, r.total or 0) if r.is_complete else max(1, r.seen, r.total or 0)
        for r in resources
    )
    seen = sum(resource.seen for resource in resources)
    state = FirstImportState.RUNNING if is_running else FirstImportState.WAITING
    return FirstImport(state, min(99, seen * 100 // total))
