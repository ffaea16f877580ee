"""Reasons why a known key is refused; a program that has its secret learns which one."""

from __future__ import annotations

from enum import StrEnum


class KeyRefusal(StrEnum):
    """Reason why a key is refused although its secret is right; also the code of the problem."""

    EXPIRED = "key_expired"
    SUSPENDED = "key_suspended"
    ADDRESS = "address_not_allowed"
