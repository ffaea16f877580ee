"""Hash and check passwords by argon2id, with the library's recommended cost."""

from __future__ import annotations

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MIN_LENGTH = 10
# Hashing reads every byte: nobody may make us hash a book.
MAX_LENGTH = 200

_HASHER = PasswordHasher()


def hash_password(password: str) -> str:
    """Return the hash to store."""
    return _HASHER.hash(password)


def check_password(password_hash: str | None, password: str) -> bool:
    """Tell whether the password is right; for None take as long as for a wrong one.

    So an answer's delay doesn't tell whether an account exists.
    """
    try:
        is_right = _HASHER.verify(password_hash or _dummy_hash(), password)
    except (VerificationError, InvalidHashError):
        return False
    return is_right and password_hash is not None


def needs_rehash(password_hash: str) -> bool:
    """Tell whether the hash was made at a cost that is no longer recommended."""
    return _HASHER.check_needs_rehash(password_hash)


@cache
def _dummy_hash() -> str:
    return _HASHER.hash("nobody signs in with this")
