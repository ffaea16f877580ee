"""Calls that wait for something to happen, without a thread and without a statement of their own.

A view calls `park` when it has nothing to return yet. The worker then keeps the connection and has
the view repeat the call after something happened or when its time is over. One look per second
finds out for all parked calls of a process whether something happened.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from portal.web.server.connection import Connection

# Parked calls of one process, and those of one owner among them.
PARKED_LIMIT = 500
PARKED_PER_OWNER = 100
LOOK_INTERVAL_S = 1.0

# Returns the position up to which it has looked, and the topics with something new.
Look = Callable[[Any], tuple[Any, Collection[int]]]


class TooManyParkedError(Exception):
    """The process, or the owner of the call, has too many parked calls already."""


@dataclass(frozen=True)
class Wait:
    """Wait of a parked call for something new about ``topics`` after the position ``since``."""

    deadline_s: float
    owner: Hashable
    look: Look
    since: Any
    topics: frozenset[int]


class ParkRequest(BaseException):
    """Asks the worker to park the call; no Exception, so that nothing answers it on the way."""

    def __init__(self, wait: Wait) -> None:
        super().__init__("the server must park this call")
        self.wait = wait


@dataclass
class ParkingLot:
    """Parked connections of one process; only its main thread changes them."""

    parked: dict[Connection, Wait] = field(default_factory=dict)
    owners: Counter[Hashable] = field(default_factory=Counter)
    seen: Any = None
    looked_at_s: float = 0.0
    is_looking: bool = False

    def is_full(self, owner: Hashable) -> bool:
        """Return whether no further call of the owner may wait."""
        return len(self.parked) >= PARKED_LIMIT or self.owners[owner] >= PARKED_PER_OWNER

    def add(self, conn: Connection, wait: Wait) -> bool:
        """Park a connection; return False if its call must be repeated at once.

        That is if the process has already looked beyond the position that the call has seen.
        """
        if not self.parked:
            self.seen = wait.since
        elif self.seen > wait.since:
            return False
        self.parked[conn] = wait
        self.owners[wait.owner] += 1
        return True

    def remove(self, conn: Connection) -> None:
        """Forget a connection."""
        wait = self.parked.pop(conn)
        self.owners[wait.owner] -= 1
        if not self.owners[wait.owner]:
            del self.owners[wait.owner]

    def due(self, now_s: float) -> list[Connection]:
        """Return the connections whose time is over."""
        return [conn for conn, wait in self.parked.items() if wait.deadline_s <= now_s]

    def about(self, topics: Collection[int]) -> list[Connection]:
        """Return the connections that wait for one of these topics."""
        return [conn for conn, wait in self.parked.items() if not wait.topics.isdisjoint(topics)]

    def next_look(self, now_s: float) -> Callable[[], tuple[Any, Collection[int]]] | None:
        """Return the look that is due now; None if none is, or if one is under way."""
        if not self.parked or self.is_looking or now_s < self.looked_at_s + LOOK_INTERVAL_S:
            return None
        self.is_looking, self.looked_at_s = True, now_s
        look, since = next(iter(self.parked.values())).look, self.seen
        return lambda: look(since)


@dataclass(frozen=True)
class _Offer:
    """Possibility to park the call that this thread serves; ``until_s`` if it was parked before."""

    lot: ParkingLot
    until_s: float | None


_offer: ContextVar[_Offer | None] = ContextVar("parking", default=None)


@contextmanager
def offered(lot: ParkingLot, until_s: float | None) -> Iterator[None]:
    """Let the call that this thread serves be parked, until ``until_s`` if it was parked before."""
    token = _offer.set(_Offer(lot, until_s))
    try:
        yield
    finally:
        _offer.reset(token)


def park(wait_s: float, *, owner: Hashable, look: Look, since: Any, topics: frozenset[int]) -> None:
    """Leave the view, which the server repeats later; return if the call has to be answered now.

    That is so if its time is over, or if the server can't park calls, as that of ``flask run``.
    Raises TooManyParkedError if too many calls wait.
    """
    offer, now_s = _offer.get(), time.monotonic()
    if offer is None or wait_s <= 0:
        return
    until_s = now_s + wait_s if offer.until_s is None else offer.until_s
    if until_s <= now_s:
        return
    if offer.until_s is None and offer.lot.is_full(owner):
        raise TooManyParkedError(f"{len(offer.lot.parked)} calls wait")
    raise ParkRequest(Wait(until_s, owner, look, since, topics))
