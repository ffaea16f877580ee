"""Tree of all errors that the portal raises; the class says whether a retry can help.

PortalError
├── SettingsError                a setting is missing or invalid
├── SealedSecretError            a stored secret can't be decrypted with the configured keys
│   └── SealedTokenError         the secret is a store's token, so the store has no usable token
├── MailError                    an email could not be sent
│   ├── MailUnavailableError     the mail server can't be used (retryable)
│   ├── MailDeferredError        the server refuses an email temporarily (retryable)
│   └── MailRejectedError        the server refuses an email or its recipient permanently
├── InvalidFieldError            a field of a request is invalid (also a ValueError)
├── RecordError                  a record from Ecwid has an invalid value in a named field
├── StoreNotConnectedError       a store has no valid token
├── LeaseLostError               another worker has taken over this work
├── RunRefusedError              a run can't be started or changed in its current state
├── BulkActionRefusedError       an action on many stores doesn't concern the confirmed ones
├── TeamRefusedError             a store's team can't be changed as requested
├── ConsentRefusedError          a store's consent to a channel can't be changed as requested
├── UserRefusedError             a user's account or role can't be changed as requested
├── ConsentError                 a connect attempt can't be finished
│   ├── ConsentDeniedError       the merchant refused, or Ecwid sent no code
│   ├── ConsentStateError        the callback doesn't belong to this browser's attempt
│   ├── TokenResponseError       Ecwid's token response is missing, incomplete or a refusal
│   ├── CustomAppTokenError      Ecwid refuses a custom app's token for the given store
│   ├── StoreMismatchError       the token is for another store than the callback named
│   ├── WrongStoreError          the consent is for another store than the one to reconnect
│   ├── ErasureInProgressError   the data of the store's last connection is still being erased
│   └── StoreOwnedElsewhereError the store belongs to another account of this portal
├── OrderError                   an order can't be quoted, submitted or changed as requested
│   ├── IdempotencyKeyError      the key is missing or too long
│   ├── IdempotencyKeyReusedError the key was used for another order
│   ├── StoreNotWorkingError     the store's connection must be fixed first
│   ├── OrderUpdateError         a field of the requested change is invalid
│   ├── OrderNotFoundError       the mirror has no such order
│   ├── OrderUpdateStateError    the order update has changed state since it was read
│   ├── OrderPreconditionMissingError the sender must say which values it saw
│   ├── OrderPreconditionError    the order isn't as its sender saw it
│   ├── OrderUpdateOpenError      an earlier update of the same fields is in conflict
│   └── OrderShippedError        an order on its way can't be canceled
└── RejectedWebhookError         a webhook is rejected
    ├── SignatureMissingError    no signature
    ├── SignatureMismatchError   a signature that none of our secrets made
    ├── SignatureExpiredError    a valid signature, but too long ago or in the future
    └── WebhookFormatError       the body is not an event

Errors of calls to Ecwid are in `portal.ecwid.errors`.
"""

from __future__ import annotations

from collections.abc import Mapping


class PortalError(Exception):
    """Base class of all errors that this project raises."""

    retryable = False


class SettingsError(PortalError):
    """A setting is missing or invalid; the message names it and says what to write."""


class SealedSecretError(PortalError):
    """A sealed secret can't be decrypted: its key is missing, or the text was changed."""


class MailError(PortalError):
    """An email could not be sent; the message never names the recipient."""


class MailUnavailableError(MailError):
    """The mail server is unreachable or rejects our login: no email can be sent now."""

    retryable = True


class MailDeferredError(MailError):
    """The server refuses this email temporarily, for example because the mailbox is full."""

    retryable = True


class MailRejectedError(MailError):
    """The server refuses this email or its recipient permanently: the email has bounced."""


class InvalidFieldError(PortalError, ValueError):
    """A field of a request is invalid.

    ``field`` is its path, such as ``lines[0].quantity``; it is empty for the document as a whole.
    ``code`` is stable; ``problem`` continues the sentence that begins with the field.
    """

    def __init__(self, field: str, code: str, problem: str) -> None:
        super().__init__(f"{field or 'The request'} {problem}.")
        self.field = field
        self.code = code
        self.problem = problem

    @property
    def sentence(self) -> str:
        """Return the error in English, with the field."""
        return str(self)


class RecordError(PortalError):
    """A record has an invalid value; ``entity_id`` and ``field`` say where."""

    def __init__(self, resource: str, entity_id: str | None, field: str, problem: str) -> None:
        super().__init__(f"{resource} {entity_id or 'without id'}: {field} {problem}")
        self.resource = resource
        self.entity_id = entity_id
        self.field = field
        self.problem = problem


class StoreNotConnectedError(PortalError):
    """A store has no valid token: the merchant must reconnect it before any call."""


class SealedTokenError(SealedSecretError, StoreNotConnectedError):
    """A store's token can't be decrypted; for callers, the store has no token.

    The daemon's next connection check asks the merchant to reconnect the store.
    """


class LeaseLostError(PortalError):
    """Another worker has taken over this work, or a person has stopped it.

    The worker must drop its unwritten results; the new owner reads them again.
    """


class RunRefusedError(PortalError):
    """A run can't be started or changed now; ``reason`` is a key of `REFUSALS`."""

    def __init__(self, store_id: int, reason: str) -> None:
        super().__init__(f"store {store_id}: {reason.replace('_', ' ')}")
        self.reason = reason


class BulkActionRefusedError(PortalError):
    """The number of stores to act on is ``found``, not the confirmed ``expected``."""

    def __init__(self, expected: int, found: int) -> None:
        super().__init__(f"{found} stores to act on instead of {expected}")
        self.found = found


class TeamRefusedError(PortalError):
    """A store's team can't be changed as requested; ``reason`` is a key of `TEAM_REFUSALS`."""

    def __init__(self, store_id: int, reason: str) -> None:
        super().__init__(f"store {store_id}: {reason.replace('_', ' ')}")
        self.reason = reason


class ConsentRefusedError(PortalError):
    """A consent to a channel can't be changed; ``reason`` is a key of `CONSENT_REFUSALS`."""

    def __init__(self, store_id: int, reason: str) -> None:
        super().__init__(f"store {store_id}: {reason.replace('_', ' ')}")
        self.store_id = store_id
        self.reason = reason


class UserRefusedError(PortalError):
    """A user's account or role can't be changed as requested.

    ``reason`` is a key of `USER_REFUSALS`.
    """

    def __init__(self, merchant_id: int, reason: str) -> None:
        super().__init__(f"merchant {merchant_id}: {reason.replace('_', ' ')}")
        self.reason = reason


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


class OrderError(PortalError):
    """An order can't be quoted, submitted or changed as requested."""


class IdempotencyKeyError(OrderError):
    """The idempotency key of a submission is missing or too long."""


class IdempotencyKeyReusedError(OrderError):
    """The same sender has used the idempotency key for another order."""


class StoreNotWorkingError(OrderError):
    """The store must work again before orders can be sent to it; ``state`` is the reason."""

    def __init__(self, store_id: int, state: str) -> None:
        super().__init__(f"store {store_id}: its connection is {state}")
        self.state = state


class OrderUpdateError(OrderError):
    """A field of a requested change is invalid; ``problem`` says what it must be."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field} {problem}".strip())
        self.field = field
        self.problem = problem


class OrderNotFoundError(OrderError):
    """The mirror has no such order of this store, or it was deleted."""


class OrderUpdateStateError(OrderError):
    """An order update has changed state since it was read; read it again."""


class OrderPreconditionMissingError(OrderError):
    """A status is changed without the values that the sender saw; ``field`` is the first one."""

    def __init__(self, field: str) -> None:
        super().__init__(f"the expected {field} is missing")
        self.field = field


class OrderPreconditionError(OrderError):
    """The order has changed since its sender saw it; ``current`` are its values by field."""

    def __init__(self, order_number: str, current: Mapping[str, str], version: str) -> None:
        super().__init__(f"order {order_number} has changed")
        self.current = current
        self.version = version


class OrderUpdateOpenError(OrderError):
    """An earlier update of the same fields is in conflict; ``update_id`` is its id."""

    def __init__(self, update_id: int) -> None:
        super().__init__(f"order update {update_id} is in conflict")
        self.update_id = update_id


class OrderShippedError(OrderError):
    """The order is on its way or delivered, so it can't be canceled."""


class RejectedWebhookError(PortalError):
    """A webhook is rejected."""


class SignatureMissingError(RejectedWebhookError):
    """The webhook has no signature."""


class SignatureMismatchError(RejectedWebhookError):
    """None of our secrets made the signature."""


class SignatureExpiredError(RejectedWebhookError):
    """The signature is valid, but its time is too long ago or in the future."""


class WebhookFormatError(RejectedWebhookError):
    """The body is not an event: not JSON, or a required field is missing or invalid."""
