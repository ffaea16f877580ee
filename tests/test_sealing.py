"""Secrets are encrypted with the newest key and decrypted with any configured key."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.errors import SealedSecretError, SettingsError
from portal.sealing import Sealer, new_key

OLD, NEW, FOREIGN = new_key(), new_key(), new_key()


@given(secret=st.text())
def test_any_secret_is_encrypted_and_can_be_decrypted(secret: str) -> None:
    sealer = Sealer([NEW])

    sealed = sealer.seal(secret)

    assert sealed.isascii()
    assert sealer.open(sealed) == secret
    assert len(secret) < 4 or secret not in sealed


def test_same_secret_is_encrypted_differently_each_time() -> None:
    sealer = Sealer([NEW])

    assert sealer.seal("secret_token") != sealer.seal("secret_token")


def test_rotated_keys_decrypt_old_secrets_and_encrypt_with_the_new_key() -> None:
    sealed_before = Sealer([OLD]).seal("secret_token")
    rotated = Sealer([NEW, OLD])

    sealed_after = rotated.seal("secret_token")

    assert rotated.open(sealed_before) == "secret_token"
    assert Sealer([NEW]).open(sealed_after) == "secret_token"
    with pytest.raises(SealedSecretError):
        Sealer([OLD]).open(sealed_after)


def test_resealing_uses_the_newest_key_and_leaves_current_secrets_alone() -> None:
    rotated = Sealer([NEW, OLD])

    resealed = rotated.reseal(Sealer([OLD]).seal("secret_token"))

    assert resealed is not None
    assert Sealer([NEW]).open(resealed) == "secret_token"
    assert rotated.reseal(resealed) is None
    with pytest.raises(SealedSecretError):
        rotated.reseal(Sealer([FOREIGN]).seal("secret_token"))


def test_foreign_key_decrypts_nothing() -> None:
    with pytest.raises(SealedSecretError, match="can't be decrypted with the configured keys"):
        Sealer([FOREIGN]).open(Sealer([NEW]).seal("secret_token"))


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
        sealer.open(tamper(sealer.seal("secret_token")))


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

    assert Sealer([printed.strip()]).seal("secret_token")
