"""Name what can be wrong with a webhook delivery; each is counted for the operator."""

from __future__ import annotations

from enum import StrEnum


class DeliveryProblem(StrEnum):
    """Name why a delivery was refused, or was kept although nothing can be done with it yet."""

    UNSIGNED = "unsigned"  # no signature at all
    WRONG_SIGNATURE = "wrong_signature"  # made by neither of our secrets
    OUT_OF_TIME = "out_of_time"  # signed rightly, but too long ago or in the future
    NO_EVENT = "no_event"  # the body is not an event
    TOO_LARGE = "too_large"
    NOT_RECORDED = "not_recorded"  # answered 503: the row could not be written
    UNKNOWN_STORE = "unknown_store"  # kept: its consent may be under way
    DISCONNECTED_STORE = "disconnected_store"  # kept: only a new consent helps


# Accepted all the same: the event waits for its store.
KEPT = (DeliveryProblem.UNKNOWN_STORE, DeliveryProblem.DISCONNECTED_STORE)
