"""Name how a submitted order can stand, what may follow, and when a search's silence is an answer.

``unknown`` is the state in which an order was sent and no answer came. It ends in ``resolved`` when
a search by our reference finds the order, and goes back to ``validated`` when it is certain that
there is none.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from random import Random

from portal.rules.work.backoff import CHANCE, Backoff


class SubmissionState(StrEnum):
    """Name how a submission stands."""

    RECEIVED = "received"
    VALIDATED = "validated"
    SUBMITTING = "submitting"
    SUBMITTED = "submitted"
    REJECTED = "rejected"
    UNKNOWN = "unknown"
    RESOLVED = "resolved"


FINAL_STATES = (SubmissionState.SUBMITTED, SubmissionState.REJECTED, SubmissionState.RESOLVED)
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

# Ecwid's own client finds in a search what it has made after 15 seconds at the latest; and a call
# whose answer we stopped waiting for may go on for as long as gateways let it, a minute. Beyond
# both, with something to spare, an order that no search shows does not exist.
SEARCH_CONCLUSIVE_AFTER = timedelta(seconds=90)
# Most orders are found by the first search.
SEARCH_BACKOFF = Backoff((1.0, 2.0, 4.0, 8.0, 15.0, 30.0), is_endless=True)


def is_search_conclusive(sent_at: datetime, searched_at: datetime) -> bool:
    """Tell whether a search begun then, that found nothing, proves that there is no order."""
    return searched_at >= sent_at + SEARCH_CONCLUSIVE_AFTER


def next_search_at(
    sent_at: datetime, now: datetime, searches: int, chance: Random = CHANCE
) -> datetime:
    """Return when to search again after so many ``searches`` that found nothing.

    The search at the moment of certainty is never skipped.
    """
    following = now + timedelta(seconds=SEARCH_BACKOFF.wait_s(searches, chance))
    certain_at = sent_at + SEARCH_CONCLUSIVE_AFTER
    return min(following, certain_at) if now < certain_at else following


# The buyer wants the order now: one that couldn't be sent within an hour isn't made any more.
SEND_DEADLINE = timedelta(hours=1)
SEND_BACKOFF = Backoff((2.0, 4.0, 8.0, 16.0, 32.0, 60.0), is_endless=True)


def retry_at(
    received_at: datetime, now: datetime, attempts: int, chance: Random = CHANCE
) -> datetime | None:
    """Return when to send an order again after so many failed attempts; None if it is too late."""
    if now - received_at >= SEND_DEADLINE:
        return None
    return SEND_BACKOFF.next_at(attempts, now, chance)
