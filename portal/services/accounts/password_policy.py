"""Check of new passwords against common ones and the data of their account.

``common_passwords.txt.gz`` has 82,000 folded passwords, English words and names, one a line: the
list of Django's ``CommonPasswordValidator`` (by Royce Williams; Django has the BSD license) and the
frequency lists of zxcvbn (MIT license) without those of films. docs/decisions/accounts.md says why.
"""

from __future__ import annotations

import gzip
from collections.abc import Collection, Iterable
from functools import cache
from importlib.resources import files

from portal.errors import PasswordRefusedError
from portal.models import Membership, Merchant
from portal.rules.accounts.new_passwords import refuse_password

# The names of more stores are no more likely in a password.
STORES_COMPARED = 50


def check_new_password(password: str, own_texts: Iterable[str]) -> None:
    """Raise PasswordRefusedError if the password is easy to guess.

    ``own_texts`` are the address of the account and the names of its stores.
    """
    reason = refuse_password(password, common=_common_passwords(), own_texts=own_texts)
    if reason is not None:
        raise PasswordRefusedError(reason)


def own_texts_of(merchant: Merchant) -> list[str]:
    """Return the address of the account and the names of its stores."""
    stores = Membership.stores_of(merchant).limit(STORES_COMPARED)
    return [merchant.email, *(store.name for store in stores)]


@cache
def _common_passwords() -> Collection[str]:
    packed = files("portal.services.accounts").joinpath("common_passwords.txt.gz").read_bytes()
    return frozenset(gzip.decompress(packed).decode().splitlines())
