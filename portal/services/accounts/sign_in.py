"""Sign a merchant in by e-mail and password."""

from __future__ import annotations

from portal.models import Merchant
from portal.services.accounts.passwords import (
    MAX_LENGTH,
    check_password,
    hash_password,
    needs_rehash,
)


def authenticate(email: str, password: str) -> Merchant | None:
    """Return the merchant, or None if e-mail or password is wrong; which, nobody is told.

    A hash of an outdated cost is renewed on the way.
    """
    merchant = Merchant.with_email(email)
    known = None if merchant is None else merchant.password_hash
    if not check_password(known, password[:MAX_LENGTH]) or merchant is None:
        return None
    if needs_rehash(merchant.password_hash):
        merchant.password_hash = hash_password(password)
        merchant.save(only=[Merchant.password_hash])
    return merchant
