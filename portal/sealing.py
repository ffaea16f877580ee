"""Seal secrets for the database, with keys that can be rotated."""

from __future__ import annotations

from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from portal.errors import SealedSecretError, SettingsError


class Sealer:
    """Seal with the first key and open with any of them (Fernet: AES-128-CBC with HMAC-SHA256)."""

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys:
            raise SettingsError("PORTAL_ENCRYPTION_KEYS is empty: give at least one Fernet key")
        try:
            fernets = [Fernet(key) for key in keys]
        except ValueError as error:
            raise SettingsError(
                "PORTAL_ENCRYPTION_KEYS holds a text that is no Fernet key: "
                "make one with `python -m portal.sealing`"
            ) from error
        self._newest, self._fernet = fernets[0], MultiFernet(fernets)

    def seal(self, secret: str) -> str:
        """Return ``secret`` sealed with the newest key, as ASCII text."""
        return self._fernet.encrypt(secret.encode()).decode("ascii")

    def open(self, sealed: str) -> str:
        """Return the secret inside ``sealed``; raise SealedSecretError if no key opens it."""
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken as error:
            raise SealedSecretError(
                "a stored secret can't be opened with the keys given"
            ) from error

    def reseal(self, sealed: str) -> str | None:
        """Return what is inside sealed with the newest key; None if it is that already.

        Raises SealedSecretError if no key opens it.
        """
        try:
            self._newest.decrypt(sealed.encode())
        except InvalidToken:
            return self.seal(self.open(sealed))
        return None


def new_key() -> str:
    """Return a fresh key, fit for PORTAL_ENCRYPTION_KEYS."""
    return Fernet.generate_key().decode("ascii")


if __name__ == "__main__":
    print(new_key())  # noqa: T201 - the command's whole purpose
