"""Secrets are encrypted with the newest key and decrypted with any configured key."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st

from portal.errors import SealedSecretError, SettingsError
from portal.sealing import Sealer, new_key

OLD, NEW, FOREIGN = new_key(), new_key(), new_key()
PLACE = ("grant.sealed_access_token", 1003)


@given(secret=st.text())
def test_any_secret_is_encrypted_and_can_be_decrypted(secret: str) -> None:
    sealer = Sealer([NEW])

    sealed = sealer.seal(secret, *PLACE)

    assert sealed.isascii()
    assert sealer.open(sealed, *PLACE) == secret
    assert len(secret) < 4 or secret not in sealed


def test_same_secret_is_encrypted_differently_each_time() -> None:
    sealer = Sealer([NEW])

    assert sealer.seal("secret_token", *PLACE) != sealer.seal("secret_token", *PLACE)


def test_rotated_keys_decrypt_old_secrets_and_encrypt_with_the_new_key() -> None:
    sealed_before = Sealer([OLD]).seal("secret_token", *PLACE)
    rotated = Sealer([NEW, OLD])

    sealed_after = rotated.seal("secret_token", *PLACE)

    assert rotated.open(sealed_before, *PLACE) == "secret_token"
    assert Sealer([NEW]).open(sealed_after, *PLACE) == "secret_token"
    with pytest.raises(SealedSecretError):
        Sealer([OLD]).open(sealed_after, *PLACE)


def test_resealing_uses_the_newest_key_and_leaves_current_secrets_alone() -> None:
    rotated = Sealer([NEW, OLD])

    resealed = rotated.reseal(Sealer([OLD]).seal("secret_token", *PLACE), *PLACE)

    assert resealed is not None
    assert Sealer([NEW]).open(resealed, *PLACE) == "secret_token"
    assert rotated.reseal(resealed, *PLACE) is None
    with pytest.raises(SealedSecretError):
        rotated.reseal(Sealer([FOREIGN]).seal("secret_token", *PLACE), *PLACE)


@pytest.mark.parametrize(
    "elsewhere",
    [
        ("grant.sealed_access_token", 1004),
        ("grant.sealed_public_token", 1003),
        ("parked_grant.sealed_access_token", 1003),
    ],
)
def test_secret_copied_elsewhere_does_not_open(elsewhere: tuple[str, int]) -> None:
    sealer = Sealer([NEW])
    sealed = sealer.seal("secret_token", *PLACE)

    with pytest.raises(SealedSecretError, match="is another row's"):
        sealer.open(sealed, *elsewhere)


def test_secret_of_an_earlier_version_opens_and_is_resealed_for_its_row() -> None:
    sealer, unbound = Sealer([NEW, OLD]), Fernet(OLD).encrypt(b"secret_token").decode()

    resealed = sealer.reseal(unbound, *PLACE)

    assert sealer.open(unbound, *PLACE) == "secret_token"
    assert resealed is not None
    assert Sealer([NEW]).open(resealed, *PLACE) == "secret_token"


def test_foreign_key_decrypts_nothing() -> None:
    with pytest.raises(SealedSecretError, match="can't be decrypted with the configured keys"):
        Sealer([FOREIGN]).open(Sealer([NEW]).seal("secret_token", *PLACE), *PLACE)


@pytest.mark.parametrize(
    "tamper",
    [
        lambda sealed: sealed[:-6] + ("A" if sealed[-6] != "A" else "B") + sealed[-5:],
        lambda sealed: sealed[:40] + ("A" if sealed[40] != "A" else "B") + sealed[41:],
        lambda sealed: sealed[:-10],
        lambda sealed: sealed[4:],
        lambda _: "secret_token",
        lambda _: "",
        lambda _: "ключ",
    ],
)
def test_changed_secret_cannot_be_decrypted(tamper: Callable[[str], str]) -> None:
    sealer = Sealer([NEW])

    with pytest.raises(SealedSecretError):
        sealer.open(tamper(sealer.seal("secret_token", *PLACE)), *PLACE)


def test_sealer_needs_a_key() -> None:
    with pytest.raises(SettingsError, match="PORTAL_ENCRYPTION_KEYS is empty"):
        Sealer([])


@pytest.mark.parametrize(
    "wrong",
    ["", "short", "ключ", NEW[:-2], NEW[:20]],
    ids=["empty", "short", "not ascii", "cut", "half"],
)
def test_invalid_key_is_rejected_without_being_shown(wrong: str) -> None:
    with pytest.raises(
        SettingsError, match=r"make one with `python -m portal\.sealing`"
    ) as refused:
        Sealer([NEW, wrong])

    assert not wrong or wrong not in str(refused.value)


def test_command_named_in_the_error_creates_a_key() -> None:
    printed = subprocess.check_output([sys.executable, "-m", "portal.sealing"], text=True)

    assert Sealer([printed.strip()]).seal("secret_token", *PLACE)
