"""Parser of the webhook body.

Only the fields that the portal uses are parsed. Source: Ecwid, "Webhooks: request". ``entityId`` is
a number, or a text in application events; many event types have no ``data``. The body isn't signed,
so the portal trusts neither of the two. Numbers may arrive as texts. Two pages of the older
official docs show a numeric ``eventId``; the signature is over its digits as the body has them.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import simplejson

from portal.ecwid.strict_json import decode_strictly
from portal.errors import WebhookFormatError

TEXT_LIMIT = 200
DIGITS_LIMIT = 19
# One decoder for all requests: simplejson.loads() would create one for every body.
_decode_loosely = simplejson.JSONDecoder(parse_float=Decimal).decode


@dataclass(frozen=True)
class WebhookBody:
    """The fields of an event that the portal uses; ``payload`` is the whole body."""

    event_id: str
    event_created: int
    store_id: int
    type: str
    entity_id: str | None
    payload: dict[str, Any]

    @property
    def created_at(self) -> datetime:
        """Time of the event according to Ecwid."""
        return datetime.fromtimestamp(self.event_created, UTC)


def read_webhook_body(body: bytes) -> WebhookBody:
    """Parse a webhook body; raise WebhookFormatError with the reason if it is invalid."""
    try:
        payload = _decode(body)
    except (ValueError, InvalidOperation, RecursionError) as error:
        raise WebhookFormatError("the body is not JSON") from error
    if not isinstance(payload, dict):
        raise WebhookFormatError("the body is not a JSON object")
    return WebhookBody(
        event_id=_event_id(payload),
        event_created=_number(payload, "eventCreated", below=2**33),
        store_id=_number(payload, "storeId", below=2**63),
        type=_text(payload, "eventType"),
        entity_id=_entity_id(payload.get("entityId")),
        payload=payload,
    )


def _decode(body: bytes) -> Any:
    with suppress(ValueError, ArithmeticError, RecursionError):
        return decode_strictly(body)
    return _decode_loosely(body.decode())


def _text(payload: dict[str, Any], name: str) -> str:
    value = payload.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= TEXT_LIMIT or not value.isprintable():
        raise WebhookFormatError(f"{name} is missing or is not a short text")
    return value


def _event_id(payload: dict[str, Any]) -> str:
    """Return the event's id as the body prints it, a text or a positive whole number."""
    value = payload.get("eventId")
    if type(value) is int and value > 0:
        return _text({"eventId": str(value)}, "eventId")
    return _text(payload, "eventId")


def _number(payload: dict[str, Any], name: str, *, below: int) -> int:
    value = payload.get(name)
    if (
        isinstance(value, str)
        and value.isascii()
        and value.isdecimal()
        and len(value) <= DIGITS_LIMIT
        # The signature is over the digits as printed, which a leading zero would not survive.
        and not value.startswith("0")
    ):
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < below:
        raise WebhookFormatError(f"{name} is missing or is not a whole number")
    return value


def _entity_id(value: Any) -> str | None:
    """Return the entity's id as text: Ecwid sends a number, or a text in application events."""
    if value is None:
        return None
    text = str(value)
    if isinstance(value, bool | dict | list) or len(text) > TEXT_LIMIT or not text.isprintable():
        raise WebhookFormatError("entityId is neither a number nor a short text")
    return text
