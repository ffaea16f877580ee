"""Challenges of passkeys, and the portal as browsers know it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from portal.models import Merchant, utc_now
from portal.models.fields import to_micros
from portal.services.accounts.passkey_challenges import (
    CHALLENGE_TTL,
    PasskeyChallenge,
    RelyingParty,
)


@pytest.mark.parametrize(
    ("url", "host", "origin", "can_have_passkeys"),
    [
        ("https://portal.example", "portal.example", "https://portal.example", True),
        ("https://portal.example:443", "portal.example", "https://portal.example", True),
        ("https://portal.example:8443", "portal.example", "https://portal.example:8443", True),
        ("https://Bücher.example", "xn--bcher-kva.example", "https://xn--bcher-kva.example", True),
        ("http://localhost:8000", "localhost", "http://localhost:8000", True),
        ("http://127.0.0.1:8000", "127.0.0.1", "http://127.0.0.1:8000", False),
        ("http://[::1]:8000", "::1", "http://::1:8000", False),
    ],
)
def test_host_and_origin_are_those_of_the_portals_url(
    url: str, host: str, origin: str, can_have_passkeys: bool
) -> None:
    party = RelyingParty.at(url)

    assert (party.host, party.origin) == (host, origin)
    assert party.can_have_passkeys is can_have_passkeys


def test_challenge_is_for_one_purpose_account_and_version_and_for_five_minutes() -> None:
    ada, bob = Merchant(id=1, credential_version=3), Merchant(id=2, credential_version=3)
    challenge = PasskeyChallenge.issue("confirm", ada)
    earlier = to_micros(utc_now() - CHALLENGE_TTL)

    assert challenge.is_valid("confirm", ada)
    assert not challenge.is_valid("add", ada)
    assert not challenge.is_valid("confirm", bob)
    assert not challenge.is_valid("confirm", None)
    assert not challenge.is_valid("confirm", Merchant(id=1, credential_version=4))
    assert not replace(challenge, issued_us=earlier).is_valid("confirm", ada)
    assert challenge.value != PasskeyChallenge.issue("confirm", ada).value
