"""Enumerations of the OpenAPI document that may get new values within a version of the API."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import Any

from portal.models import Resource, RunKind
from portal.rules.api_keys.key_scopes import KeyScope
from portal.rules.channels.product_selection import FeedReason, SelectionKind
from portal.rules.connection.onboarding_steps import OnboardingStatus
from portal.rules.connection.order_acceptance import RefusalReason
from portal.rules.orders.named_amounts import AmountKind
from portal.rules.orders.sale_terms import SellingPauseReason
from portal.rules.outbound_webhooks.outbound_events import OutboundEventType
from portal.rules.records.product_fields import ProductType
from portal.rules.records.sellable import UnsellableReason
from portal.rules.sync.freshness import Freshness
from portal.services.records.feed_resources import FeedResource
from portal.web.api.webhook_schemas import WEBHOOK_SCHEMAS

GROWING: Sequence[type[Enum]] = (
    AmountKind,
    FeedReason,
    FeedResource,
    Freshness,
    KeyScope,
    OnboardingStatus,
    OutboundEventType,
    ProductType,
    RefusalReason,
    Resource,
    RunKind,
    SelectionKind,
    SellingPauseReason,
    UnsellableReason,
)
_ADVICE = "New values may be added."
_NAMES = {kind.__name__ for kind in GROWING}
_EVENTS = {shape.__name__ for shape in WEBHOOK_SCHEMAS}


def with_growth(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    """Return a component's schema, marked with ``x-may-grow`` where new values may be added."""
    if name in _NAMES:
        return _growing(schema)
    if name in _EVENTS:
        fields = schema["properties"]
        return schema | {"properties": fields | {"type": _growing(fields["type"])}}
    return schema


def _growing(schema: dict[str, Any]) -> dict[str, Any]:
    text = f"{schema.get('description', '')} {_ADVICE}".strip()
    return schema | {"description": text, "x-may-grow": True}


def without_growing_choices(value: Any) -> Any:
    """Return a document whose enumerations that may grow are texts.

    A generated client that checks the values would fail at a new one.
    """
    if isinstance(value, list):
        return [without_growing_choices(each) for each in value]
    if not isinstance(value, dict):
        return value
    left_out = "enum" if value.get("x-may-grow") else None
    return {name: without_growing_choices(v) for name, v in value.items() if name != left_out}
