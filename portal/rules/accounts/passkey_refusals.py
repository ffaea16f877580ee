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
        "This passkey may have been copied, so we refused it. Sign in with your "
        "password and remove the passkey."
    ),
    PasskeyRefusal.EXPIRED: N_(
        "This took too long, or you started again in another tab. Try again."
    ),
    PasskeyRefusal.INVALID: N_("We couldn't verify this passkey. Try again."),
    PasskeyRefusal.KNOWN: N_("This passkey is already in use. Choose another one."),
    PasskeyRefusal.TOO_MANY: N_("You have 10 passkeys, which is the maximum. Remove one first."),
    PasskeyRefusal.UNKNOWN: N_(
        "We don't know this passkey, or it was removed. Sign in with your password."
    ),
}
