"""Sign-in by e-mail address and password."""

from __future__ import annotations

from portal.models import Merchant
from portal.services.accounts.passwords import (
    MAX_LENGTH,
    check_password,
    hash_password,
    needs_rehash,
)


def authenticate(email: str, password: str) -> Merchant | None:
    """Return the merchant, or None if the address or the password is wrong.

    Callers can't find out which of the two was wrong. A hash with outdated cost is replaced.
    """
    merchant = Merchant.with_email(email)
    known = None if merchant is None else merchant.password_hash
    if not check_password(known, password[:MAX_LENGTH]) or merchant is None:
        return None
    if needs_rehash(merchant.password_hash):
        merchant.password_hash = hash_password(password)
        merchant.save(only=[Merchant.password_hash])
    return merchant
