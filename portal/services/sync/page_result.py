"""Hold what one step of a run brings: read over the network first, written afterwards."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from portal.ecwid.client import EcwidClient
from portal.models import SyncRun, utc_now

Checkpoint = dict[str, Any]


@dataclass(frozen=True)
class Counts:
    """Count what one step did; ``seen`` counts no record twice, ``unchanged`` were here just so.

    ``mismatches`` are counted by audits alone: records that the mirror had otherwise.
    """

    seen: int = 0
    saved: int = 0
    deleted: int = 0
    quarantined: int = 0
    unchanged: int = 0
    mismatches: int = 0


@dataclass(frozen=True)
class PageResult:
    """Hold a step that was read: how to write it, and where the next one begins.

    ``write`` runs inside the transaction that also moves the checkpoint; ``following`` of None
    means that the run is complete. ``total`` is how many records the run has to read, if told.
    """

    write: Callable[[], Counts]
    following: Checkpoint | None
    total: int | None = None


class PhaseReader(Protocol):
    """Read a phase of a run, step by step: network only, nothing is written."""

    def __call__(
        self, client: EcwidClient, run: SyncRun, checkpoint: Checkpoint, until_s: float
    ) -> Generator[PageResult]:
        """Yield steps, each to be written before the next is asked for; raises EcwidError.

        The first begins at ``checkpoint``, the others where the one before ended. May stop
        after any of them, should soon after ``until_s`` (monotonic), and must when another phase
        begins.
        """
        ...


PageReader = Callable[[EcwidClient, SyncRun, Checkpoint, datetime], PageResult]


def single_page_reader(read: PageReader) -> PhaseReader:
    """Return the reader of single steps that ``read`` makes; it is told when each begins."""

    def reader(
        client: EcwidClient,
        run: SyncRun,
        checkpoint: Checkpoint,
        until_s: float,  # noqa: ARG001 - a Reader gets one
    ) -> Generator[PageResult]:
        yield read(client, run, checkpoint, utc_now())

    return reader
