"""Challenges that passkeys sign, and the portal for which they sign them.

The words are those of Web Authentication, Level 3 (https://www.w3.org/TR/webauthn-3/).
"""

from __future__ import annotations

import ipaddress
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Self
from urllib.parse import urlsplit

from webauthn.helpers import bytes_to_base64url

from portal.models import Merchant, utc_now
from portal.models.fields import from_micros, to_micros

CHALLENGE_TTL = timedelta(minutes=5)
CHALLENGE_BYTES = 32
HANDLE_BYTES = 32


@dataclass(frozen=True)
class RelyingParty:
    """The portal as browsers know it: its host, and the origin of its pages."""

    host: str
    origin: str

    @classmethod
    def at(cls, portal_url: str) -> Self:
        """Return the portal at a URL without path."""
        parts = urlsplit(portal_url)
        host = (parts.hostname or "").encode("idna").decode("ascii")
        default = {"http": 80, "https": 443}.get(parts.scheme)
        port = "" if parts.port in (None, default) else f":{parts.port}"
        return cls(host, f"{parts.scheme}://{host}{port}")

    @property
    def can_have_passkeys(self) -> bool:
        """Whether browsers accept passkeys here: they need a host name, not an IP address."""
        try:
            ipaddress.ip_address(self.host)
        except ValueError:
            return True
        return False


@dataclass(frozen=True)
class PasskeyChallenge:
    """Random bytes that a passkey has to sign, at most `CHALLENGE_TTL` after they were issued.

    ``merchant_id`` is the account whose passkey has to answer, None if any may.
    ``credential_version`` is that of the account; ``user_handle`` is only for a new passkey.
    """

    purpose: str
    value: str
    issued_us: int
    merchant_id: int | None = None
    credential_version: int | None = None
    user_handle: str = ""

    @classmethod
    def issue(
        cls, purpose: str, merchant: Merchant | None = None, *, user_handle: str = ""
    ) -> Self:
        """Return a new challenge."""
        value = bytes_to_base64url(secrets.token_bytes(CHALLENGE_BYTES))
        issued_us = to_micros(utc_now())
        if merchant is None:
            return cls(purpose, value, issued_us)
        version = merchant.credential_version
        return cls(purpose, value, issued_us, merchant.id, version, user_handle)

    def is_valid(self, purpose: str, merchant: Merchant | None) -> bool:
        """Return whether it may be answered now by this account and with this purpose."""
        account = (None, None) if merchant is None else (merchant.id, merchant.credential_version)
        return (
            self.purpose == purpose
            and (self.merchant_id, self.credential_version) == account
            and from_micros(self.issued_us) > utc_now() - CHALLENGE_TTL
        )


def new_user_handle() -> str:
    """Return a random name of an account, which says nothing about it."""
    return bytes_to_base64url(secrets.token_bytes(HANDLE_BYTES))
