"""Hold what one step of a run brings: read over the network first, written afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from portal.ecwid.client import EcwidClient
from portal.models import SyncRun

Checkpoint = dict[str, Any]


@dataclass(frozen=True)
class Counts:
    """Count what one step did; ``seen`` counts no record twice.

    ``differences`` are counted by audits alone: records that the mirror had otherwise.
    """

    seen: int = 0
    saved: int = 0
    deleted: int = 0
    quarantined: int = 0
    differences: int = 0


@dataclass(frozen=True)
class Step:
    """Hold a step that was read: how to write it, and where the next one begins.

    ``write`` runs inside the transaction that also moves the checkpoint; ``following`` of None
    means that the run is complete. ``total`` is how many records the run has to read, if told.
    """

    write: Callable[[], Counts]
    following: Checkpoint | None
    total: int | None = None


class Reader(Protocol):
    """Read one step: network only, nothing is written."""

    def __call__(
        self, client: EcwidClient, run: SyncRun, checkpoint: Checkpoint, read_at: datetime
    ) -> Step:
        """Return what was read at ``checkpoint``; raises EcwidError."""
        ...
