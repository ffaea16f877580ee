"""Name what can be wrong with a webhook delivery; each is counted for the operator."""

from __future__ import annotations

from enum import StrEnum

from portal.i18n import marked


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

# What an operator does about each.
REMEDIES: dict[DeliveryProblem, str] = {
    DeliveryProblem.UNSIGNED: marked(
        "Nothing while it is rare: strangers try addresses. If a store's events stop, look whether "
        "a proxy drops the header X-Ecwid-Webhook-Signature."
    ),
    DeliveryProblem.WRONG_SIGNATURE: marked(
        "Compare ECWID_CLIENT_SECRET with the app's page at Ecwid. After a change keep the old one "
        "in ECWID_PREVIOUS_CLIENT_SECRET for a day. Polling goes on meanwhile."
    ),
    DeliveryProblem.OUT_OF_TIME: marked(
        "Look whether this machine's clock is right. If it is, somebody sends old events again; "
        "nothing was taken."
    ),
    DeliveryProblem.NO_EVENT: marked(
        "Nothing while it is rare. If a store's events stop, Ecwid's format has changed: the "
        "answers to them name the field that could not be read."
    ),
    DeliveryProblem.TOO_LARGE: marked("Nothing: no event of Ecwid's comes near 64 kB."),
    DeliveryProblem.NOT_RECORDED: marked(
        "Mend the database; the log says what it answered. Ecwid sends them again for 24 hours, so "
        "nothing is lost until then."
    ),
    DeliveryProblem.UNKNOWN_STORE: marked(
        "Nothing if the store was connected just then: its events have waited. If not, the app is "
        "installed there still: have the merchant connect the store, or remove the app."
    ),
    DeliveryProblem.DISCONNECTED_STORE: marked(
        "Have the merchant reconnect. The events wait, and are applied then."
    ),
}
