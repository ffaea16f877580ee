"""Result of one step of a run: read over the network first, written afterwards."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, Protocol

from portal.ecwid.calls import PAGE_LIMIT
from portal.ecwid.client import EcwidClient
from portal.models import SyncRun, utc_now
from portal.services.mirror.mapped_records import MappedRecords
from portal.services.mirror.resource_spec import ResourceSpec
from portal.services.sync.slice_deadline import SliceDeadline

Checkpoint = dict[str, Any]


@dataclass(frozen=True)
class Counts:
    """Counts of one step; ``seen`` counts no record twice, ``unchanged`` equaled the mirror's.

    Only reconciliation runs count ``mismatches``: records that differed in the mirror.
    """

    seen: int = 0
    saved: int = 0
    deleted: int = 0
    quarantined: int = 0
    unchanged: int = 0
    mismatches: int = 0


@dataclass(frozen=True)
class ListedPage:
    """Mapped records of one page of a list; ``new`` of them were not counted with other pages."""

    spec: ResourceSpec
    mapped: MappedRecords
    new: int


@dataclass(frozen=True)
class PageResult:
    """Result of reading one step: how to write it, and where the next step begins.

    ``write`` runs inside the transaction that also moves the checkpoint. A step that only writes a
    page of a list has that ``page`` instead, so that several pages can be written as one.
    ``following`` is None when the run is complete. ``total`` is the number of records that the run
    has to read, if known.
    ``is_next_ready`` returns whether the reader yields the next step at once: it makes no call, and
    reads nothing that this step writes.
    """

    write: Callable[[], Counts]
    following: Checkpoint | None
    total: int | None = None
    is_next_ready: Callable[[], bool] = lambda: False
    page: ListedPage | None = None


def page_limit_of(checkpoint: Checkpoint | None) -> int:
    """Return how many records the next pages may have."""
    limit: int = (checkpoint or {}).get("page_limit", PAGE_LIMIT)
    return limit


def with_page_limit(checkpoint: Checkpoint | None, page_limit: int) -> Checkpoint | None:
    """Return the checkpoint with the size of the next pages, unless it is the usual one."""
    if checkpoint is None or page_limit == PAGE_LIMIT:
        return checkpoint
    return {**checkpoint, "page_limit": page_limit}


def write_all(results: Sequence[PageResult]) -> list[Counts]:
    """Write steps in the caller's transaction; consecutive pages of a list are written as one."""
    written = []
    for is_listed, group in groupby(results, lambda result: result.page is not None):
        if is_listed:
            written.append(_write_pages([result.page for result in group if result.page]))
        else:
            written += [result.write() for result in group]
    return written


def _write_pages(pages: Sequence[ListedPage]) -> Counts:
    mapped = MappedRecords.joined([page.mapped for page in pages])
    saved, new = pages[0].spec.write(mapped), sum(page.new for page in pages)
    # Previous pages have already counted the records that are not new.
    repeated = len(mapped.payloads) - mapped.duplicates - new
    return Counts(
        seen=new,
        saved=min(saved.saved, new),
        unchanged=max(0, saved.unchanged - repeated),
        quarantined=saved.quarantined,
    )


class PhaseReader(Protocol):
    """Reader of one phase of a run, step by step; it uses the network and writes nothing."""

    def __call__(
        self, client: EcwidClient, run: SyncRun, checkpoint: Checkpoint, deadline: SliceDeadline
    ) -> Generator[PageResult]:
        """Yield steps; the caller writes each before it requests the next, unless that is ready.

        The first step begins at ``checkpoint``, each other where the previous one ended. The reader
        may stop after any step, should stop soon after the deadline, and must stop when another
        phase begins. Raises EcwidError.
        """
        ...


PageReader = Callable[[EcwidClient, SyncRun, Checkpoint, datetime], PageResult]


def single_page_reader(read: PageReader) -> PhaseReader:
    """Return a phase reader that calls ``read`` for one step, with the time when it begins."""

    def reader(
        client: EcwidClient,
        run: SyncRun,
        checkpoint: Checkpoint,
        deadline: SliceDeadline,  # noqa: ARG001 - a Reader gets one
    ) -> Generator[PageResult]:
        yield read(client, run, checkpoint, utc_now())

    return reader
