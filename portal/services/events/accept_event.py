"""Accept one webhook receipt: verify it, store it and wake the daemon.

The response to Ecwid depends on the row alone: once it is committed, the event can't be lost. The
event's content is not trusted; the daemon reads the entity again.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import structlog

from portal.ecwid.signature import SigningKey, matching_key
from portal.ecwid.webhook_body import WebhookBody, read_webhook_body
from portal.errors import (
    RejectedWebhookError,
    SealedSecretError,
    SignatureExpiredError,
    SignatureMismatchError,
    SignatureMissingError,
    WebhookFormatError,
)
from portal.models import NO_STORE, Grant, utc_now
from portal.models.event_insert import insert_event
from portal.rules.webhooks.rejection_reasons import RejectionReason
from portal.services.runtime import Runtime

log = structlog.get_logger(__name__)

# Ecwid repeats an event for 24 hours; an older one is a replay attack. Clocks may differ a little.
MAX_AGE = timedelta(hours=26)
MAX_AHEAD = timedelta(minutes=10)

REASON_BY_ERROR: Mapping[type[RejectedWebhookError], RejectionReason] = {
    SignatureMissingError: RejectionReason.UNSIGNED,
    SignatureMismatchError: RejectionReason.WRONG_SIGNATURE,
    SignatureExpiredError: RejectionReason.TIMESTAMP_OUT_OF_RANGE,
    WebhookFormatError: RejectionReason.MALFORMED,
}


def accept_event(
    runtime: Runtime,
    body: bytes,
    signature: str | None,
    headers: Mapping[str, str] | None = None,
) -> bool:
    """Store one receipt and wake its store's drain; return False for a repeated event.

    ``headers`` are the headers to store. Raises RejectedWebhookError for an invalid receipt, which
    is counted, and errors of peewee or the driver if the row can't be written: the caller must then
    ask Ecwid to send the event again.
    """
    store_id = NO_STORE
    try:
        receipt = read_webhook_body(body)
        store_id = receipt.store_id
        key = _verify(runtime, receipt, signature)
    except RejectedWebhookError as error:
        runtime.rejected_webhooks.count(REASON_BY_ERROR[type(error)], store_id)
        raise
    received_at = utc_now()
    is_new = _record(runtime, receipt, key, headers, received_at)
    runtime.wal_checkpointer.trigger()
    if is_new:
        runtime.arrival_recorder.record(store_id, received_at)
    runtime.drain_waker.wake(store_id)
    return is_new


def _verify(runtime: Runtime, receipt: WebhookBody, signature: str | None) -> SigningKey:
    if not signature:
        raise SignatureMissingError("the signature is missing")
    key = matching_key(
        signature,
        current=runtime.settings.ecwid_client_secret,
        previous=runtime.settings.ecwid_previous_client_secret,
        event_created=receipt.event_created,
        event_id=receipt.event_id,
    )
    if key is None and _is_of_custom_app(runtime, receipt, signature):
        key = SigningKey.CUSTOM_APP
    if key is None:
        raise SignatureMismatchError("the signature is wrong")
    age = utc_now() - receipt.created_at
    if age > MAX_AGE or age < -MAX_AHEAD:
        raise SignatureExpiredError("the event is outside the accepted time")
    return key


def _is_of_custom_app(runtime: Runtime, receipt: WebhookBody, signature: str) -> bool:
    """Return whether the custom app of the event's store made the signature.

    The merchant knows that secret, so it proves nothing about any other store. It is looked up only
    after our own secrets, so that other events need no query.
    """
    sealed = Grant.active_sealed_client_secret(receipt.store_id)
    if sealed is None:
        return False
    try:
        secret = runtime.sealer.open(sealed, "grant.sealed_client_secret", receipt.store_id)
    except SealedSecretError:
        log.warning("webhook.secret_unopenable", store=receipt.store_id)
        return False
    event_created, event_id = receipt.event_created, receipt.event_id
    return bool(
        matching_key(signature, current=secret, event_created=event_created, event_id=event_id)
    )


def _record(
    runtime: Runtime,
    receipt: WebhookBody,
    key: SigningKey,
    headers: Mapping[str, str] | None,
    received_at: datetime,
) -> bool:
    with runtime.write_lock.held():
        return insert_event(
            event_id=receipt.event_id,
            store_id=receipt.store_id,
            type=receipt.type,
            entity_id=receipt.entity_id,
            event_created_at=receipt.created_at,
            received_at=received_at,
            headers=headers,
            signing_key=key,
            payload=receipt.payload,
        )
