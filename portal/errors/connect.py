"""Errors of attempts to connect a store.

PortalError
└── ConsentError                 a connect attempt can't be finished
    ├── ConsentDeniedError       the merchant refused, or Ecwid sent no code
    ├── ConsentStateError        the callback doesn't belong to this browser's attempt
    ├── TokenResponseError       Ecwid's token response is missing, incomplete or a refusal
    ├── CustomAppTokenError      Ecwid refuses a custom app's token for the given store
    ├── StoreMismatchError       the token is for another store than the callback named
    ├── WrongStoreError          the consent is for another store than the one to reconnect
    ├── ErasureInProgressError   the data of the store's last connection is still being erased
    └── StoreOwnedElsewhereError the store belongs to another account of this portal
"""

from __future__ import annotations

from portal.errors import PortalError


class ConsentError(PortalError):
    """A connect attempt can't be finished."""


class ConsentDeniedError(ConsentError):
    """The merchant refused, or Ecwid sent the browser back without a code."""


class ConsentStateError(ConsentError):
    """The callback's ``state`` is not one that this browser got and still has."""


class TokenResponseError(ConsentError):
    """Ecwid's token endpoint refused the code, or its response is incomplete.

    ``retryable`` is True if Ecwid was unreachable or failing, so that the same code may still work.
    """

    def __init__(self, message: str, *, retryable: bool = False) -> None:
        super().__init__(message)
        self.retryable = retryable


class CustomAppTokenError(ConsentError):
    """Ecwid refuses a custom app's token for the given store, or doesn't know the store."""


class StoreMismatchError(ConsentError):
    """The token belongs to another store than the callback or the merchant named."""


class WrongStoreError(ConsentError):
    """The consent is for another store than the one to reconnect.

    ``is_own_store`` is True if the other store belongs to the same merchant. Its token is then
    renewed.
    """

    def __init__(self, expected_store_id: int, store_id: int, *, is_own_store: bool) -> None:
        super().__init__(f"wanted store {expected_store_id}, the consent is for {store_id}")
        self.expected_store_id = expected_store_id
        self.store_id = store_id
        self.is_own_store = is_own_store


class ErasureInProgressError(ConsentError):
    """The data of the store's last connection is still being erased."""


class StoreOwnedElsewhereError(ConsentError):
    """The store belongs to another account of this portal."""
