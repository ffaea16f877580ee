"""Reasons why a webhook is rejected; each is counted for the operator."""

from __future__ import annotations

from enum import StrEnum

from portal.i18n import N_


class RejectionReason(StrEnum):
    """Reason why a webhook was rejected, or was stored but can't be processed yet."""

    UNSIGNED = "unsigned"  # no signature at all
    WRONG_SIGNATURE = "wrong_signature"  # matches neither of our secrets
    # the signature is valid, but its time is too far in the past or the future
    TIMESTAMP_OUT_OF_RANGE = "timestamp_out_of_range"
    MALFORMED = "malformed"  # the body is not an event
    TOO_LARGE = "too_large"
    WRONG_HOST = "wrong_host"  # sent to another host name than that of PORTAL_URL
    NOT_RECORDED = "not_recorded"  # answered with 503: the row could not be written
    UNKNOWN_STORE = "unknown_store"  # stored: its consent may be in progress
    DISCONNECTED_STORE = "disconnected_store"  # stored: only a new consent helps


# Accepted anyway: the event waits for its store.
ACCEPTED_REASONS = (RejectionReason.UNKNOWN_STORE, RejectionReason.DISCONNECTED_STORE)

# Advice for the operator.
OPERATOR_HINTS: dict[RejectionReason, str] = {
    RejectionReason.UNSIGNED: N_(
        "Nothing while it is rare: strangers try addresses. If a store's events stop, look whether "
        "a proxy drops the header X-Ecwid-Webhook-Signature."
    ),
    RejectionReason.WRONG_SIGNATURE: N_(
        "Compare ECWID_CLIENT_SECRET with the app's page at Ecwid. After a change keep the old one "
        "in ECWID_PREVIOUS_CLIENT_SECRET for a day. Polling goes on meanwhile."
    ),
    RejectionReason.TIMESTAMP_OUT_OF_RANGE: N_(
        "Look whether this machine's clock is right. If it is, somebody sends old events again; "
        "nothing was taken."
    ),
    RejectionReason.MALFORMED: N_(
        "Nothing while it is rare. If a store's events stop, Ecwid's format has changed: the "
        "answers to them name the field that could not be read."
    ),
    RejectionReason.TOO_LARGE: N_("Nothing: no event of Ecwid's comes near 64 kB."),
    RejectionReason.WRONG_HOST: N_(
        "Nothing while it is rare: strangers try addresses. If events stop, compare the webhook "
        "URL at Ecwid with PORTAL_URL, and let the proxy pass the Host header on."
    ),
    RejectionReason.NOT_RECORDED: N_(
        "Mend the database; the log says what it answered. Ecwid sends them again for 24 hours, so "
        "nothing is lost until then."
    ),
    RejectionReason.UNKNOWN_STORE: N_(
        "Nothing if the store was connected just then: its events have waited. If not, the app is "
        "installed there still: have the merchant connect the store, or remove the app."
    ),
    RejectionReason.DISCONNECTED_STORE: N_(
        "Have the merchant reconnect. The events wait, and are applied then."
    ),
}
