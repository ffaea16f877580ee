"""Encryption of secrets for the database, with keys that can be rotated."""

from __future__ import annotations

from base64 import urlsafe_b64decode
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from portal.errors import SealedSecretError, SettingsError


class Sealer:
    """Encrypts with the first key, decrypts with any key (Fernet: AES-128-CBC, HMAC-SHA256)."""

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys:
            raise SettingsError("PORTAL_ENCRYPTION_KEYS is empty: set at least one Fernet key")
        try:
            fernets = [Fernet(key) for key in keys]
        except ValueError as error:
            raise SettingsError(
                "PORTAL_ENCRYPTION_KEYS contains a text that is not a Fernet key: "
                "make one with `python -m portal.sealing`"
            ) from error
        self._newest, self._fernet = fernets[0], MultiFernet(fernets)

    def seal(self, secret: str) -> str:
        """Return ``secret`` encrypted with the newest key, as ASCII text."""
        return self._fernet.encrypt(secret.encode()).decode("ascii")

    def open(self, sealed: str) -> str:
        """Return the secret in ``sealed``; raise SealedSecretError if no key decrypts it."""
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken as error:
            raise SealedSecretError(
                "a stored secret can't be decrypted with the configured keys"
            ) from error

    def reseal(self, sealed: str) -> str | None:
        """Re-encrypt a secret with the newest key; return None if it already uses that key.

        Raises SealedSecretError if no key decrypts it.
        """
        try:
            self._newest.decrypt(sealed.encode())
        except InvalidToken:
            return self.seal(self.open(sealed))
        return None


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
