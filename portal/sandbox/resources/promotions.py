"""Promotions: automatic discounts on orders that meet their conditions."""

from __future__ import annotations

import time
from typing import Any

from portal.sandbox.dates import reformat_dates
from portal.sandbox.events import EventPublisher
from portal.sandbox.records import Records
from portal.sandbox.resource_specs import PROMOTION, Body
from portal.sandbox.state import State
from portal.sandbox.validation import (
    NotFoundError,
    WrongParameterError,
    check_types,
    is_boolean,
    is_integer,
    is_number,
    is_object,
    is_text,
    require_object,
)

REQUIRED = ("name", "discountBase", "discountType", "amount")
DEFAULTS: Body = {"enabled": True, "triggers": {}, "targets": {}}
TRIGGERS = frozenset(
    {
        "startDate",
        "endDate",
        "customerGroups",
        "subtotal",
        "minProductQuantityInCart",
        "maxProductQuantityInCart",
        "categories",
        "excludedCategories",
        "products",
        "excludedProducts",
        "all",
    }
)
TARGETS = frozenset(
    {
        "categories",
        "excludedCategories",
        "products",
        "excludedProducts",
        "shippingMethods",
        "all",
    }
)


class Promotions:
    """Reads and changes promotions. Every change emits its webhook event."""

    def __init__(self, state: State, records: Records, events: EventPublisher) -> None:
        self._state = state
        self._records = records
        self._events = events

    def all(self, store_id: int) -> list[Body]:
        """Return all promotions of a store, oldest first."""
        return self._records.all(PROMOTION, store_id)

    def get(self, store_id: int, promotion_id: int) -> Body:
        """Return a promotion; raise NotFoundError if it doesn't exist."""
        found = self._records.get(PROMOTION, store_id, promotion_id)
        if found is None:
            # Source (documented): error codes page, PROMOTION_NOT_FOUND.
            raise NotFoundError("PROMOTION_NOT_FOUND", f"Promotion #{promotion_id} not found")
        return found

    def create(self, store_id: int, given: Any) -> int:
        """Add a promotion and return its id; raise WrongParameterError for an invalid field."""
        fields = _promotion_fields(given)
        # Source (assumed): A new promotion needs a name, a base, a type and an amount.
        for name in REQUIRED:
            if name not in fields:
                raise WrongParameterError(f"Field Promotion.{name} is absent")
        with self._state.transaction():
            promotion_id = self._records.allocate_ids(store_id)
            self._save(store_id, "created", {**DEFAULTS, **fields, "id": promotion_id})
        return promotion_id

    def update(self, store_id: int, promotion_id: int, given: Any) -> None:
        """Change a promotion; raise NotFoundError or WrongParameterError."""
        # Source (assumed): triggers and targets that are sent replace the former ones.
        fields = _promotion_fields(given)
        with self._state.transaction():
            changed = {**self.get(store_id, promotion_id), **fields, "id": promotion_id}
            self._save(store_id, "updated", changed)

    def delete(self, store_id: int, promotion_id: int) -> None:
        """Delete a promotion; raise NotFoundError if it doesn't exist."""
        with self._state.transaction():
            self.get(store_id, promotion_id)
            self._records.remove(PROMOTION, store_id, promotion_id)
            self._emit(store_id, "deleted", promotion_id)

    def _save(self, store_id: int, change: str, promotion: Body) -> None:
        self._records.put(PROMOTION, store_id, [promotion])
        self._emit(store_id, change, promotion["id"])

    def _emit(self, store_id: int, change: str, promotion_id: int) -> None:
        # Source (documented): REST docs, "Webhooks": the data of promotion events is a version.
        data = {"version": str(int(time.time()))}
        self._events.emit(store_id, f"promotion.{change}", promotion_id, data)


def _promotion_fields(given: Any) -> Body:
    """Return valid fields of a promotion.

    Raises WrongParameterError for an invalid field, and for conditions that the sandbox doesn't
    simulate, because ignoring them would give wrong discounts.
    """
    fields = require_object(given)
    check_types("Promotion", fields, FIELD_TYPES)
    kept = {name: value for name, value in fields.items() if name != "id"}
    for name, known in (("triggers", TRIGGERS), ("targets", TARGETS)):
        conditions = kept.get(name, {})
        check_types(f"Promotion.{name}", conditions, CONDITION_TYPES)
        others = sorted(key for key in conditions.keys() - known if conditions[key])
        if others:
            raise WrongParameterError(f"The sandbox doesn't simulate {name}.{others[0]}")
    if "triggers" in kept:
        triggers = kept["triggers"]
        kept["triggers"] = triggers | reformat_dates(triggers, ("startDate", "endDate"))
    return kept


def _is_integer_list(value: Any) -> bool:
    return isinstance(value, list) and all(is_integer(item) for item in value)


# Source (documented): REST docs, "Create promotion".
FIELD_TYPES = {
    "name": is_text,
    "discountBase": lambda value: value in ("ITEM", "SUBTOTAL", "SHIPPING"),
    "discountType": lambda value: value in ("PERCENT", "ABSOLUTE", "FIXED_PRICE"),
    "amount": lambda value: is_number(value) and value >= 0,
    "enabled": is_boolean,
    "triggers": is_object,
    "targets": is_object,
}
CONDITION_TYPES = {
    "subtotal": is_number,
    **dict.fromkeys(("minProductQuantityInCart", "maxProductQuantityInCart"), is_integer),
    **dict.fromkeys(
        ("customerGroups", "categories", "excludedCategories", "products", "excludedProducts"),
        _is_integer_list,
    ),
    "shippingMethods": lambda value: isinstance(value, list),
}
