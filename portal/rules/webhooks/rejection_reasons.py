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
        "Nothing if this is rare: strangers try random addresses. If a store's events stop, check "
        "whether a proxy removes the header X-Ecwid-Webhook-Signature."
    ),
    RejectionReason.WRONG_SIGNATURE: N_(
        "Compare ECWID_CLIENT_SECRET with the app's page at Ecwid. After a change, keep the old "
        "one in ECWID_PREVIOUS_CLIENT_SECRET for a day. Polling continues."
    ),
    RejectionReason.TIMESTAMP_OUT_OF_RANGE: N_(
        "Check this machine's clock. If it is right, someone is sending old events again; they "
        "were rejected."
    ),
    RejectionReason.MALFORMED: N_(
        "Nothing if this is rare. If a store's events stop, Ecwid's format has changed: our "
        "responses name the field that couldn't be read."
    ),
    RejectionReason.TOO_LARGE: N_("Nothing: Ecwid's events are much smaller than 64 kB."),
    RejectionReason.WRONG_HOST: N_(
        "Nothing if this is rare: strangers try random addresses. If events stop, compare the "
        "webhook URL at Ecwid with PORTAL_URL, and make the proxy forward the Host header."
    ),
    RejectionReason.NOT_RECORDED: N_(
        "Fix the database; its error is in the log. Ecwid retries for 24 hours, so nothing is lost "
        "until then."
    ),
    RejectionReason.UNKNOWN_STORE: N_(
        "Nothing if the store was just being connected: its events are processed afterwards. If "
        "not, the app is still installed there: ask the merchant to connect the store or remove "
        "the app."
    ),
    RejectionReason.DISCONNECTED_STORE: N_(
        "Ask the merchant to reconnect. The waiting events are processed then."
    ),
}
