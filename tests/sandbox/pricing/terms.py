"""Terms of a store for calculations, without a running sandbox."""

from __future__ import annotations

import json
from typing import Any

from portal.sandbox.pricing.calculation import StoreTerms, calculate
from portal.sandbox.settings_validation import settings_fields
from portal.sandbox.store_settings import complete_settings

ONE = {"items": [{"productId": 1, "price": 100, "quantity": 1}]}
STANDARD = {"shippingMethodId": "standard"}
NO_TAX: dict[str, Any] = {"taxes": []}


def terms(currency: str = "EUR", **changes: Any) -> StoreTerms:
    """Return the terms of a store with changed settings."""
    settings = complete_settings(json.dumps(settings_fields(changes)), currency)
    return StoreTerms(settings=settings)


def calculated(body: dict[str, Any], store: StoreTerms | None = None) -> dict[str, Any]:
    """Return a calculated order."""
    return calculate(body, store or terms())


def promotion(**fields: Any) -> dict[str, Any]:
    """Return a promotion of 10 percent on the subtotal."""
    return {
        "id": 7,
        "name": "Spring",
        "enabled": True,
        "discountBase": "SUBTOTAL",
        "discountType": "PERCENT",
        "amount": 10,
        "triggers": {},
        "targets": {},
    } | fields
