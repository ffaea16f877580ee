"""Passkeys of an account, where two requests meet, and answers that only a faulty device gives."""

from __future__ import annotations

import json

import pytest

from portal.errors import PasskeyRefusedError
from portal.models import Merchant, Passkey
from portal.rules.accounts.passkey_refusals import PASSKEY_REFUSALS, PasskeyRefusal
from portal.services.accounts.passkey_ceremonies import (
    CREDENTIAL_ID_BYTES,
    read_new_passkey,
    registration_options,
)
from portal.services.accounts.passkey_challenges import (
    PasskeyChallenge,
    RelyingParty,
    new_user_handle,
)
from portal.services.accounts.passkeys import (
    NAME_LIMIT,
    has_passkeys,
    passkey_by_id,
    passkeys_of,
    remove_passkey,
    rename_passkey,
)
from tests.factories import make_merchant, make_passkey
from tests.passkeys import Authenticator

PARTY = RelyingParty.at("https://portal.example")


def test_every_refusal_has_a_text() -> None:
    assert set(PASSKEY_REFUSALS) == set(PasskeyRefusal)


def test_passkey_is_removed_once(merchant: Merchant) -> None:
    passkey = make_passkey(merchant)

    assert remove_passkey(passkey, keep=0)
    assert not remove_passkey(passkey, keep=0)
    assert not has_passkeys(merchant)


def test_name_is_stored_without_what_the_database_refuses(merchant: Merchant) -> None:
    passkey = make_passkey(merchant)

    rename_passkey(passkey, " a\0b" + "x" * 200)

    assert Passkey.get().name == ("ab" + "x" * 200)[:NAME_LIMIT]


def test_passkey_is_found_for_its_own_account_only(merchant: Merchant) -> None:
    passkey, bob = make_passkey(merchant), make_merchant(email="bob@example.com")

    assert passkey_by_id(merchant, passkey.id) == passkey
    assert passkey_by_id(bob, passkey.id) is None
    assert passkeys_of(bob) == []


def test_credential_id_has_at_most_the_length_of_the_specification(merchant: Merchant) -> None:
    challenge = PasskeyChallenge.issue("add", merchant, user_handle=new_user_handle())
    asked = registration_options(PARTY, merchant, challenge, ())
    longest, longer = (
        Authenticator(PARTY.origin, credential_id=b"x" * (CREDENTIAL_ID_BYTES + more))
        for more in (0, 1)
    )

    passkey = read_new_passkey(PARTY, challenge, json.dumps(longest.create(asked)))
    with pytest.raises(PasskeyRefusedError, match="invalid"):
        read_new_passkey(PARTY, challenge, json.dumps(longer.create(asked)))

    assert passkey.credential_id == longest.name
