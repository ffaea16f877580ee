"""Encryption of secrets for the database, with keys that can be rotated.

A sealed secret is bound to its column and row, so a copy of it in another row doesn't open. Its
text is ``v2.``, the id of its key, a dot, and nonce and ciphertext (AES-256-GCM) in base64. Fernet
tokens of earlier versions open in any row until they are resealed.
"""

from __future__ import annotations

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from portal.errors import SealedSecretError, SettingsError

_VERSION = "v2"
# Random nonces of 96 bits allow 2**32 secrets by one key (NIST SP 800-38D, section 8.3).
_NONCE_BYTES = 12
_KEY_BYTES, _ID_BYTES = 32, 4
_UNOPENABLE = "a stored secret can't be decrypted with the configured keys, or is another row's"


@dataclass(frozen=True)
class _Key:
    id: str
    aead: AESGCM = field(repr=False)
    fernet: Fernet = field(repr=False)

    @classmethod
    def of(cls, text: str) -> Self:
        fernet = Fernet(text)
        # A Fernet key is two keys of 16 bytes, for other algorithms.
        derived = HKDF(SHA256(), _KEY_BYTES + _ID_BYTES, salt=None, info=b"portal.sealing.v2")
        made = derived.derive(urlsafe_b64decode(text))
        return cls(made[_KEY_BYTES:].hex(), AESGCM(made[:_KEY_BYTES]), fernet)


class Sealer:
    """Encrypts with the first key, decrypts with any key.

    ``column`` is the table and column of a secret, such as ``grant.sealed_access_token``, and
    ``row`` the value of its table in `portal.models.sealed_columns.BOUND_TO`.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys:
            raise SettingsError("PORTAL_ENCRYPTION_KEYS is empty: set at least one Fernet key")
        try:
            self._keys = [_Key.of(key) for key in keys]
        except ValueError as error:
            raise SettingsError(
                "PORTAL_ENCRYPTION_KEYS contains a text that is not a Fernet key: "
                "make one with `python -m portal.sealing`"
            ) from error

    def seal(self, secret: str, column: str, row: object) -> str:
        """Return ``secret`` encrypted with the newest key for this row, as ASCII text."""
        key, nonce = self._keys[0], os.urandom(_NONCE_BYTES)
        sealed = nonce + key.aead.encrypt(nonce, secret.encode(), _binding(column, row))
        return f"{_VERSION}.{key.id}.{urlsafe_b64encode(sealed).decode('ascii')}"

    def open(self, sealed: str, column: str, row: object) -> str:
        """Return the secret in ``sealed``.

        Raises SealedSecretError if no key decrypts it, or if it was sealed for another row.
        """
        version, _, rest = sealed.partition(".")
        key_id, _, text = rest.partition(".")
        if version != _VERSION:
            return self._open_unbound(sealed)
        for key in self._keys:
            if key.id == key_id:
                try:
                    data = urlsafe_b64decode(text)
                    nonce, secret = data[:_NONCE_BYTES], data[_NONCE_BYTES:]
                    return key.aead.decrypt(nonce, secret, _binding(column, row)).decode()
                except (InvalidTag, ValueError) as error:
                    raise SealedSecretError(_UNOPENABLE) from error
        raise SealedSecretError(_UNOPENABLE)

    def reseal(self, sealed: str, column: str, row: object) -> str | None:
        """Re-encrypt a secret for its row with the newest key; None if it is already.

        Raises SealedSecretError if it can't be opened.
        """
        secret = self.open(sealed, column, row)
        is_current = sealed.startswith(f"{_VERSION}.{self._keys[0].id}.")
        return None if is_current else self.seal(secret, column, row)

    def _open_unbound(self, sealed: str) -> str:
        for key in self._keys:
            try:
                return key.fernet.decrypt(sealed.encode()).decode()
            except InvalidToken:
                continue
        raise SealedSecretError(_UNOPENABLE)


def _binding(column: str, row: object) -> bytes:
    return f"{column}:{row}".encode()


def key_bytes(key: str) -> bytes | None:
    """Return the 32 bytes of a key, or None if `Sealer` doesn't accept it."""
    try:
        Fernet(key)
    except ValueError:
        return None
    return urlsafe_b64decode(key)


def new_key() -> str:
    """Return a new key for PORTAL_ENCRYPTION_KEYS."""
    return Fernet.generate_key().decode("ascii")


if __name__ == "__main__":
    print(new_key())  # noqa: T201 - the command's output
