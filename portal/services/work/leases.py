"""Leases: at most one worker on all hosts does a piece of work at a time.

    with claimed(f"replay:{replay_id}", LEASE_TTL_S) as claim:
        if claim is None:
            return  # another worker is at it
        ...
        claim.keep()  # in each transaction, or between steps that take long

A worker that dies simply stops extending its lease: after ``ttl_s`` the next worker takes over.
A worker that was only slow notices it at `Claim.keep`, before it writes anything more.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

import structlog

from portal.errors import LeaseLostError
from portal.models import Lease

log = structlog.get_logger(__name__)

Item = TypeVar("Item")


@dataclass
class Claim:
    """One worker's claim to a lease; ``is_lost`` is set when another worker has taken it over."""

    name: str
    ttl_s: float
    owner: str = field(default_factory=lambda: uuid.uuid4().hex)
    is_lost: bool = False
    _until_s: float | None = None  # monotonic

    def take(self) -> bool:
        """Take or extend the lease; return False if another worker holds it."""
        now_s = time.monotonic()
        if not Lease.acquire(self.name, self.owner, self.ttl_s):
            return False
        self._until_s = now_s + self.ttl_s
        return True

    def keep(self) -> None:
        """Extend the lease; raise LeaseLostError if another worker has taken it.

        Called inside a transaction, it also locks the lease's row: nobody else can take the lease
        before this transaction's commit.
        """
        if not self.take():
            raise LeaseLostError(f"{self.name}: another worker has taken over")

    def each(self, items: Iterable[Item]) -> Iterator[Item]:
        """Yield the items and extend the lease before each; raise LeaseLostError as `keep`."""
        for item in items:
            self.keep()
            yield item

    @property
    def left_s(self) -> float:
        """Return how many seconds the lease is valid without another `keep`."""
        return 0.0 if self._until_s is None else max(0.0, self._until_s - time.monotonic())

    def release(self) -> None:
        """Give the lease back, unless another worker has it now."""
        if self._until_s is not None:
            Lease.release(self.name, self.owner)
            self._until_s = None


@contextmanager
def claimed(name: str, ttl_s: float) -> Iterator[Claim | None]:
    """Hold the lease ``name`` during the block; yield None if another worker holds it.

    A LeaseLostError that leaves the block is logged and ends the block: the worker that has taken
    over does the rest. The claim's ``is_lost`` is True afterwards.
    """
    claim = Claim(name, ttl_s)
    if not claim.take():
        yield None
        return
    try:
        yield claim
    except LeaseLostError as error:
        claim.is_lost = True
        log.warning("lease.lost", lease=name, problem=str(error))
    finally:
        claim.release()
