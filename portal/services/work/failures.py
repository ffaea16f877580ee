"""Failure policy: what a failed attempt means for its work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any

from peewee import InterfaceError, OperationalError
from rq.timeouts import BaseTimeoutException

from portal.ecwid.errors import EcwidRateLimitError
from portal.errors import LeaseLostError, PortalError, StoreNotConnectedError, StoreNotWorkingError
from portal.models import utc_now
from portal.rules.work.backoff import Backoff

# Errors that say nothing about the work in hand: the database is down, the job's time is over, or
# another worker has taken over. They end the job, and no failure is counted.
INTERRUPTIONS = (OperationalError, InterfaceError, BaseTimeoutException, LeaseLostError)

# Work of a stopped store is due again at once when the store works; this bounds a busy loop.
STOPPED_WAIT = timedelta(minutes=1)


class Action(Enum):
    """The next step for work whose attempt has failed."""

    WAIT = auto()  # for as long as Ecwid asks; no failure is counted
    STOP = auto()  # until the store works again; no failure is counted
    RETRY = auto()  # after a backoff
    FINISH = auto()  # a retry can't help, or there were enough


@dataclass(frozen=True)
class Decision:
    """Consequence of a failed attempt; ``attempts`` is the number of failures counted so far."""

    action: Action
    attempts: int
    error: str
    due_at: datetime | None = None

    @property
    def changes(self) -> dict[str, Any]:
        """Return the new values of a row that has the columns attempts, error and due_at."""
        return {"attempts": self.attempts, "error": self.error, "due_at": self.due_at}


@dataclass(frozen=True)
class FailurePolicy:
    """How one kind of work reacts to errors.

    Work that ``retries_all`` backs off after permanent errors and bugs, too: it must not end
    without a result, so a person can fix what is wrong while it waits.
    """

    backoff: Backoff
    retries_all: bool = False

    def decide(
        self, error: Exception, attempts: int, stops_store: Callable[[PortalError], bool]
    ) -> Decision:
        """Return what to do after ``error``, when ``attempts`` failures were counted before it.

        ``stops_store`` reacts to a refused call, such as one with a dead token, and returns
        whether the store can't be called any more.
        """
        text, now = error_text(error), utc_now()
        if isinstance(error, EcwidRateLimitError):
            due_at = now + timedelta(seconds=error.retry_after_s)
            return Decision(Action.WAIT, attempts, text, due_at)
        if isinstance(error, PortalError) and _is_stopped(error, stops_store):
            return Decision(Action.STOP, attempts, text, now + STOPPED_WAIT)
        attempts += 1
        can_help = self.retries_all or (isinstance(error, PortalError) and error.retryable)
        due_at_next = self.backoff.next_at(attempts, now) if can_help else None
        action = Action.FINISH if due_at_next is None else Action.RETRY
        return Decision(action, attempts, text, due_at_next)


def error_text(error: Exception) -> str:
    """Return what may be stored and shown of an error.

    The messages of errors that are not ours are left out, because they may quote customers' data.
    """
    return str(error) if isinstance(error, PortalError) else f"unexpected {type(error).__name__}"


def _is_stopped(error: PortalError, stops_store: Callable[[PortalError], bool]) -> bool:
    is_refused = stops_store(error)
    return is_refused or isinstance(error, StoreNotConnectedError | StoreNotWorkingError)
