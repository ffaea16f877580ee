"""Hold the tree of everything that can go wrong; the class says whether a retry can help.

PortalError
├── SettingsError             a setting is missing or makes no sense
├── SealedSecretError         a stored secret can't be opened with the keys we hold
│   └── SealedTokenError      it is the token of a store, which is as good as none
├── MailError                 a letter could not be handed over
│   ├── MailUnavailableError  the mail server can't be used (retryable)
│   ├── MailDeferredError     the server refuses a letter for now (retryable)
│   └── MailRejectedError      the server refuses a letter or its reader for good
├── InvalidFieldError         a field of a request is invalid (also a ValueError)
├── RecordError               a record from Ecwid has an impossible value in a named field
├── StoreNotConnectedError    a store has no token in force
├── LeaseLostError            another worker has taken over this work
├── RunRefusedError           a run can't be started or changed as things stand
├── TeamRefusedError          a store's team can't be changed as asked
├── ConsentError              a connect attempt can't be finished
│   ├── ConsentDeniedError    the merchant said no, or Ecwid sent no code
│   ├── ConsentStateError     the callback doesn't belong to this browser's attempt
│   ├── TokenResponseError      Ecwid's token answer is refused, missing or incomplete
│   ├── StoreMismatchError    the token is for another store than the callback named
│   ├── WrongStoreError     the consent is for another store than the one to reconnect
│   ├── ErasureInProgressError     the store's old copy is still being erased
│   └── StoreOwnedElsewhereError       the store belongs to another account here
├── OrderError                an order can't be quoted, submitted or changed as asked
│   ├── IdempotencyKeyError   the key is missing or too long
│   ├── IdempotencyKeyReusedError  the key was used for another order
│   ├── StoreNotWorkingError  the store's connection has to be mended first
│   ├── OrderUpdateError      a field of the wanted change makes no sense
│   ├── OrderNotFoundError    the mirror has no such order
│   └── OrderUpdateStateError      the update has been sent or dropped meanwhile
└── RejectedWebhookError                a webhook delivery is refused
    ├── SignatureMissingError    no signature
    ├── SignatureMismatchError   a signature that none of our secrets made
    ├── SignatureExpiredError         signed rightly, but too long ago or in the future
    └── WebhookFormatError      a body that is no event

What goes wrong in a call of Ecwid is drawn in `portal.ecwid.errors`.
"""

from __future__ import annotations


class PortalError(Exception):
    """Name the base of all errors that this project raises itself."""

    retryable = False


class SettingsError(PortalError):
    """A setting is missing or makes no sense; the message says which and what to write."""


class SealedSecretError(PortalError):
    """A sealed secret can't be opened: its key is gone, or the text was changed."""


class MailError(PortalError):
    """A letter could not be handed to the mail server or folder; names no reader."""


class MailUnavailableError(MailError):
    """The mail server is away, or doesn't take our word: no letter can be sent now."""

    retryable = True


class MailDeferredError(MailError):
    """The server refuses this letter for now: its reader's box is full, or it is to wait."""

    retryable = True


class MailRejectedError(MailError):
    """The server refuses this letter or its reader for good: the letter has bounced."""


class InvalidFieldError(PortalError, ValueError):
    """A field of a request is invalid.

    ``field`` is its path, such as ``lines[0].quantity``, empty if the whole document is meant.
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
    """A record has an impossible value; ``entity_id`` and ``field`` say where."""

    def __init__(self, resource: str, entity_id: str | None, field: str, problem: str) -> None:
        super().__init__(f"{resource} {entity_id or 'without id'}: {field} {problem}")
        self.resource = resource
        self.entity_id = entity_id
        self.field = field
        self.problem = problem


class StoreNotConnectedError(PortalError):
    """A store has no token in force: it must be connected again before anything is asked of it."""


class SealedTokenError(SealedSecretError, StoreNotConnectedError):
    """A store's token can't be opened: for whoever wants to call, the store has none.

    The daemon's next look at the store asks its merchant to reconnect.
    """


class LeaseLostError(PortalError):
    """Another worker has taken over this work, or a person has stopped it.

    Drop whatever is not written yet; the new owner reads it again.
    """


class RunRefusedError(PortalError):
    """A run can't be started or changed as things stand; ``reason`` is a key of `REFUSALS`."""

    def __init__(self, store_id: int, reason: str) -> None:
        super().__init__(f"store {store_id}: {reason.replace('_', ' ')}")
        self.reason = reason


class TeamRefusedError(PortalError):
    """A store's team can't be changed as asked; ``reason`` is a key of `TEAM_REFUSALS`."""

    def __init__(self, store_id: int, reason: str) -> None:
        super().__init__(f"store {store_id}: {reason.replace('_', ' ')}")
        self.reason = reason


class ConsentError(PortalError):
    """A connect attempt can't be finished."""


class ConsentDeniedError(ConsentError):
    """The merchant refused, or Ecwid sent the browser back without a code."""


class ConsentStateError(ConsentError):
    """The callback's ``state`` isn't one that this browser was given and still holds."""


class TokenResponseError(ConsentError):
    """Ecwid's token endpoint refused the code, or its answer lacks what we need.

    ``retryable`` is True when Ecwid could not be reached, so that the same code may still work.
    """

    def __init__(self, message: str, *, retryable: bool = False) -> None:
        super().__init__(message)
        self.retryable = retryable


class StoreMismatchError(ConsentError):
    """The token belongs to another store than the callback named."""


class WrongStoreError(ConsentError):
    """The consent was given for another store than the one that was to be reconnected.

    ``is_own_store`` tells that it is another store of the same merchant, whose access is renewed now.
    """

    def __init__(self, expected_store_id: int, store_id: int, *, is_own_store: bool) -> None:
        super().__init__(f"wanted store {expected_store_id}, the consent is for {store_id}")
        self.expected_store_id = expected_store_id
        self.store_id = store_id
        self.is_own_store = is_own_store


class ErasureInProgressError(ConsentError):
    """What was copied of the store before is still being erased."""


class StoreOwnedElsewhereError(ConsentError):
    """The store is connected by another account of this portal."""


class OrderError(PortalError):
    """An order can't be quoted, submitted or changed as asked."""


class IdempotencyKeyError(OrderError):
    """The idempotency key of a submission is missing or too long."""


class IdempotencyKeyReusedError(OrderError):
    """The same sender has used the idempotency key for another order."""


class StoreNotWorkingError(OrderError):
    """The store's connection has to be mended before orders are sent to it."""


class OrderUpdateError(OrderError):
    """A field of a wanted change makes no sense; ``problem`` says what it must be."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field} {problem}".strip())
        self.field = field
        self.problem = problem


class OrderNotFoundError(OrderError):
    """The mirror has no such order of this store, or it was deleted."""


class OrderUpdateStateError(OrderError):
    """An update of an order has been sent, dropped or tried meanwhile: look at it again."""


class RejectedWebhookError(PortalError):
    """A webhook delivery is refused."""


class SignatureMissingError(RejectedWebhookError):
    """The delivery carries no signature."""


class SignatureMismatchError(RejectedWebhookError):
    """None of our secrets made the signature."""


class SignatureExpiredError(RejectedWebhookError):
    """The event was signed rightly, but too long ago, or in the future."""


class WebhookFormatError(RejectedWebhookError):
    """The body is not an event: not JSON, or a required field is missing or misshapen."""
