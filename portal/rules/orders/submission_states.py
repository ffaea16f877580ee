"""States of a submission, their transitions, and when an unsuccessful search is conclusive.

In ``unknown`` the order was sent and no answer came. A search by our reference that finds the order
leads to ``resolved``; proof that there is no order leads back to ``validated``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random
from typing import Any

from portal.rules.work.backoff import CHANCE, Backoff


class SubmissionState(StrEnum):
    RECEIVED = "received"
    VALIDATED = "validated"
    SUBMITTING = "submitting"
    SUBMITTED = "submitted"
    REJECTED = "rejected"
    UNKNOWN = "unknown"
    RESOLVED = "resolved"


FINAL_STATES = (SubmissionState.SUBMITTED, SubmissionState.REJECTED, SubmissionState.RESOLVED)
# The order may exist, but it isn't certain.
IN_FLIGHT_STATES = (SubmissionState.SUBMITTING, SubmissionState.UNKNOWN)
ORDERED_STATES = (SubmissionState.SUBMITTED, SubmissionState.RESOLVED)
NEXT_STATES: dict[SubmissionState, tuple[SubmissionState, ...]] = {
    SubmissionState.RECEIVED: (SubmissionState.VALIDATED, SubmissionState.REJECTED),
    SubmissionState.VALIDATED: (
        SubmissionState.VALIDATED,
        SubmissionState.SUBMITTING,
        SubmissionState.REJECTED,
    ),
    SubmissionState.SUBMITTING: (
        SubmissionState.SUBMITTED,
        SubmissionState.REJECTED,
        SubmissionState.UNKNOWN,
        SubmissionState.VALIDATED,
    ),
    SubmissionState.UNKNOWN: (SubmissionState.RESOLVED, SubmissionState.VALIDATED),
    SubmissionState.SUBMITTED: (),
    SubmissionState.REJECTED: (),
    SubmissionState.RESOLVED: (),
}

# Rejections that are not about the order's content: the store, or Ecwid, didn't take it.
FAILURE_CODES = frozenset({"not_sent", "rejected_by_ecwid", "store_not_working"})


def failure_code(validation_errors: Iterable[Mapping[str, Any]]) -> str | None:
    """Return the code by which a rejection is a failure; None if the channel must correct it."""
    codes = (error.get("code") for error in validation_errors)
    return next((code for code in codes if code in FAILURE_CODES), None)


def is_failure(state: str, validation_errors: Iterable[Mapping[str, Any]]) -> bool:
    """Return whether somebody should look at the submission: unknown, or failed to be sent.

    An order that the channel must correct, such as one without stock, is none.
    """
    if state == SubmissionState.REJECTED:
        return failure_code(validation_errors) is not None
    return state == SubmissionState.UNKNOWN


# Ecwid's own client finds a new order in a search within 15 seconds, and gateways can keep a call
# running for up to a minute after we stop waiting. An order that no search finds after 90 seconds,
# more than the sum of both, doesn't exist.
SEARCH_CONCLUSIVE_AFTER = timedelta(seconds=90)
# The first search finds most orders, so the intervals grow.
SEARCH_BACKOFF = Backoff((1.0, 2.0, 4.0, 8.0, 15.0, 30.0), is_endless=True)


def is_search_conclusive(sent_at: datetime, searched_at: datetime) -> bool:
    """Return whether a search that began then and found nothing proves that there is no order."""
    return searched_at >= sent_at + SEARCH_CONCLUSIVE_AFTER


def next_search_at(
    sent_at: datetime, now: datetime, searches: int, chance: Random = CHANCE
) -> datetime:
    """Return when to search again after this many ``searches`` that found nothing.

    One search always starts at the moment from which on a search is conclusive.
    """
    following = now + timedelta(seconds=SEARCH_BACKOFF.wait_s(searches, chance))
    certain_at = sent_at + SEARCH_CONCLUSIVE_AFTER
    return min(following, certain_at) if now < certain_at else following


# The customer waits for an order: it expires if it couldn't be sent within an hour.
SEND_DEADLINE = timedelta(hours=1)
SEND_BACKOFF = Backoff((2.0, 4.0, 8.0, 16.0, 32.0, 60.0), is_endless=True)


def retry_at(
    received_at: datetime,
    now: datetime,
    attempts: int,
    chance: Random = CHANCE,
    *,
    is_hanging: bool = False,
) -> datetime | None:
    """Return when to retry after this many failed attempts, or None if it is too late.

    ``is_hanging`` means that the last one was a timeout.
    """
    if now - received_at >= SEND_DEADLINE:
        return None
    return SEND_BACKOFF.next_at(attempts, now, chance, is_hanging=is_hanging)
