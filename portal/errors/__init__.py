"""Tree of the errors that the portal raises; the class says whether a retry can help.

PortalError
├── SettingsError                settings are missing or invalid
├── SealedSecretError            a stored secret can't be decrypted with the configured keys
│   └── SealedTokenError         the secret is a store's token, so the store has no usable token
├── MailError                    an email could not be sent
│   ├── MailUnavailableError     the mail server can't be used (retryable)
│   ├── MailDeferredError        the server refuses an email temporarily (retryable)
│   └── MailRejectedError        the server refuses an email or its recipient permanently
├── OutsideCallError             a web request calls another server without permission
├── InvalidFieldError            a field of a request is invalid (also a ValueError)
├── RecordError                  a record from Ecwid has an invalid value in a named field
├── StoreNotConnectedError       a store has no valid token
├── LeaseLostError               another worker has taken over this work
├── RunRefusedError              a run can't be started or changed in its current state
├── ExportRefusedError           too many exports of a store or a person wait
├── BulkActionRefusedError       an action on many stores doesn't concern the confirmed ones
├── TeamRefusedError             a store's team can't be changed as requested
├── ConsentRefusedError          a store's consent to a channel can't be changed as requested
├── PasswordRefusedError         a new password is too easy to guess
├── PasskeyRefusedError          a passkey is invalid, unknown, copied or too late
├── KeyRefusedError              an API key can't be used now, or from this address
├── UserRefusedError             a user's account or role can't be changed as requested
└── RejectedWebhookError         a webhook is rejected
    ├── SignatureMissingError    no signature
    ├── SignatureMismatchError   a signature that none of our secrets made
    ├── SignatureExpiredError    a valid signature, but too long ago or in the future
    └── WebhookFormatError       the body is not an event

The errors of connecting a store are in `portal.errors.connect`, those of orders in
`portal.errors.orders`, and those of calls to Ecwid in `portal.ecwid.errors`.
"""

from __future__ import annotations


class PortalError(Exception):
    """Base class of all errors that this project raises."""

    retryable = False


class SettingsError(PortalError):
    """Settings are missing or invalid; each of ``problems`` names one and says what to write."""

    def __init__(self, *problems: str) -> None:
        super().__init__(*problems)
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(self.problems)


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


class OutsideCallError(PortalError):
    """A web request without permission calls another server: its view is not declared."""


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


class ExportRefusedError(PortalError):
    """Too many exports of a store or of a person wait: another one can be requested later."""


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


class KeyRefusedError(PortalError):
    """An API key can't be used now, or from this address; ``reason`` is a `KeyRefusal`."""

    def __init__(self, key_id: int, reason: str) -> None:
        super().__init__(f"API key {key_id}: {reason.replace('_', ' ')}")
        self.key_id = key_id
        self.reason = reason


class UserRefusedError(PortalError):
    """A user's account or role can't be changed as requested.

    ``reason`` is a key of `USER_REFUSALS`.
    """

    def __init__(self, merchant_id: int, reason: str) -> None:
        super().__init__(f"merchant {merchant_id}: {reason.replace('_', ' ')}")
        self.reason = reason


class PasswordRefusedError(PortalError):
    """A new password is too easy to guess; ``reason`` is a key of `PASSWORD_REFUSALS`."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the new password is refused: {reason.replace('_', ' ')}")
        self.reason = reason


class PasskeyRefusedError(PortalError):
    """A passkey is refused.

    ``reason`` is a key of `PASSKEY_REFUSALS`, ``merchant_id`` the passkey's account, if known.
    """

    def __init__(self, reason: str, merchant_id: int | None = None) -> None:
        super().__init__(f"passkey refused: {reason.replace('_', ' ')}")
        self.reason = reason
        self.merchant_id = merchant_id


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
