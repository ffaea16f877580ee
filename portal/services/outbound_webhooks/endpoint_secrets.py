"""Signing secrets of endpoints: made, sealed in the endpoint's columns, replaced and opened."""

from __future__ import annotations

import base64
import secrets
from datetime import timedelta

import structlog

from portal.errors import SealedSecretError
from portal.models import WebhookEndpoint, utc_now
from portal.sealing import Sealer

log = structlog.get_logger(__name__)

SECRET_PREFIX = "whsec_"  # noqa: S105 - the format's mark, no secret
SECRET_BYTES = 32
# The old secret also signs during this time, so receivers can switch to the new one.
ROTATION_GRACE = timedelta(hours=24)
_COLUMN = "webhook_endpoint.sealed_secret"
_PREVIOUS_COLUMN = "webhook_endpoint.sealed_previous_secret"


def new_secret() -> str:
    """Return a new signing secret in the format that Standard Webhooks libraries accept."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode("ascii")


def set_secret(sealer: Sealer, endpoint: WebhookEndpoint, secret: str) -> None:
    """Give the saved endpoint its secret; the caller saves it again."""
    endpoint.sealed_secret = sealer.seal(secret, _COLUMN, endpoint.id)


def replace_secret(sealer: Sealer, endpoint: WebhookEndpoint, secret: str) -> None:
    """Give the endpoint a new secret; the caller saves it.

    The old one signs, too, during `ROTATION_GRACE`, unless our keys can't open it.
    """
    now = utc_now()
    endpoint.sealed_previous_secret = _sealed_as_previous(sealer, endpoint)
    endpoint.previous_expires_at, endpoint.rotated_at = now + ROTATION_GRACE, now
    set_secret(sealer, endpoint, secret)


def signing_secrets(sealer: Sealer, endpoint: WebhookEndpoint) -> tuple[str, ...]:
    """Return the active signing secrets, newest first; none if one can't be opened."""
    sealed = {_COLUMN: endpoint.sealed_secret}
    previous = endpoint.sealed_previous_secret
    if previous and endpoint.has_previous_secret(utc_now()):
        sealed[_PREVIOUS_COLUMN] = previous
    try:
        return tuple(sealer.open(secret, column, endpoint.id) for column, secret in sealed.items())
    except SealedSecretError:
        log.warning("endpoint.secret_unopenable", endpoint=endpoint.id)
        return ()


def _sealed_as_previous(sealer: Sealer, endpoint: WebhookEndpoint) -> str | None:
    """Return the present secret sealed for the column of the previous one, or None if unopenable.

    A secret that our keys can't open signs nothing either.
    """
    try:
        secret = sealer.open(endpoint.sealed_secret, _COLUMN, endpoint.id)
    except SealedSecretError:
        return None
    return sealer.seal(secret, _PREVIOUS_COLUMN, endpoint.id)
