"""Failure policy: what a failed attempt means for its work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any

from peewee import InterfaceError, OperationalError
from rq.timeouts import BaseTimeoutException

from portal.ecwid.errors import EcwidRateLimitError, EcwidTimeoutError
from portal.errors import LeaseLostError, PortalError, StoreNotConnectedError
from portal.models import utc_now
from portal.rules.work.backoff import Backoff

# Errors that say nothing about the work in hand: the database is down, the job's time is over, or
# another worker has taken over. They end the job, and no failure is counted.
INTERRUPTIONS = (OperationalError, InterfaceError, BaseTimeoutException, LeaseLostError)

# A working store without a token is just being disconnected or connected.
NO_TOKEN_WAIT = timedelta(minutes=1)


class Action(Enum):
    """The next step for work whose attempt has failed."""

    WAIT = auto()  # until ``due_at``; no failure is counted
    STOP = auto()  # until the store works again; no failure is counted
    RETRY = auto()  # at ``due_at``, after a backoff
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
        """Return the new values of a row with the columns attempts, error and due_at.

        Work of a stopped store stays due, so it continues as soon as the store works.
        """
        changes = {"attempts": self.attempts, "error": self.error}
        return changes if self.due_at is None else {**changes, "due_at": self.due_at}


@dataclass(frozen=True)
class FailurePolicy:
    """How one kind of work reacts to errors.

    Work that ``retries_all`` backs off after permanent errors and bugs, too: it must not end
    without a result, so a person can fix the cause while it waits.
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
        if isinstance(error, PortalError) and stops_store(error):
            return Decision(Action.STOP, attempts, text)
        if isinstance(error, StoreNotConnectedError):
            return Decision(Action.WAIT, attempts, text, now + NO_TOKEN_WAIT)
        attempts += 1
        may_pass = isinstance(error, PortalError) and error.retryable
        next_at = None
        if may_pass or self.retries_all:
            is_hanging = isinstance(error, EcwidTimeoutError)
            next_at = self.backoff.next_at(attempts, now, is_hanging=is_hanging)
        action = Action.FINISH if next_at is None else Action.RETRY
        return Decision(action, attempts, text, next_at)


def postpone_if_hanging(
    error: Exception, due_at: datetime | None, table: type[Any], store_id: int
) -> bool:
    """After a timeout, postpone all due rows of the store until ``due_at``; return whether it was.

    Otherwise each row of a hanging store would occupy a worker until its own timeout.
    """
    if due_at is None or not isinstance(error, EcwidTimeoutError):
        return False
    table.update(due_at=due_at).where(
        table.store == store_id, table.finished_at.is_null(), table.due_at < due_at
    ).execute()
    return True


def error_text(error: Exception) -> str:
    """Return what may be stored and shown of an error.

    The messages of errors that are not ours are left out, because they may quote customers' data.
    """
    return str(error) if isinstance(error, PortalError) else f"unexpected {type(error).__name__}"
