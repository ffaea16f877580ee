"""Password hashes by argon2id, with the library's recommended cost."""

from __future__ import annotations

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MIN_LENGTH = 10
# Limits the cost of one request: hashing reads every byte.
MAX_LENGTH = 200

_HASHER = PasswordHasher()


def hash_password(password: str) -> str:
    """Return the hash to store."""
    return _HASHER.hash(password)


def check_password(password_hash: str | None, password: str) -> bool:
    """Return whether the password is right; None takes as long as a wrong password.

    Without this, the response time would reveal whether an account exists.
    """
    try:
        is_right = _HASHER.verify(password_hash or _dummy_hash(), password)
    except (VerificationError, InvalidHashError):
        return False
    return is_right and password_hash is not None


def needs_rehash(password_hash: str) -> bool:
    """Return whether the hash was made with outdated cost parameters."""
    return _HASHER.check_needs_rehash(password_hash)


@cache
def _dummy_hash() -> str:
    return _HASHER.hash("nobody signs in with this")
