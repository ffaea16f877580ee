"""Reasons why a passkey is refused, with the texts that explain them."""

from __future__ import annotations

from enum import StrEnum

from portal.i18n import N_

MAX_PASSKEYS = 10


class PasskeyRefusal(StrEnum):
    """Reason why a passkey is refused; `PASSKEY_REFUSALS` has its text."""

    COPIED = "copied"
    EXPIRED = "expired"
    INVALID = "invalid"
    KNOWN = "known"
    TOO_MANY = "too_many"
    UNKNOWN = "unknown"


PASSKEY_REFUSALS: dict[str, str] = {
    PasskeyRefusal.COPIED: N_(
        "This passkey may have been copied, so it is refused. Sign in with your password and"
        " remove it."
    ),
    PasskeyRefusal.EXPIRED: N_("This took too long, or you began again elsewhere. Try again."),
    PasskeyRefusal.INVALID: N_("The passkey was not accepted. Try again."),
    PasskeyRefusal.KNOWN: N_("This passkey is in use already. Choose another one."),
    PasskeyRefusal.TOO_MANY: N_("You have ten passkeys, the most there can be. Remove one first."),
    PasskeyRefusal.UNKNOWN: N_(
        "This passkey is not known here, or was removed. Sign in with your password."
    ),
}
