"""Recurring subscriptions: orders that are repeated until they are canceled."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from portal.sandbox.dates import format_date, parse_date
from portal.sandbox.filters import matching
from portal.sandbox.resource_specs import Body
from portal.sandbox.resources.entities import Entities
from portal.sandbox.validation import (
    NotFoundError,
    WrongParameterError,
    check_types,
    is_object,
    is_string,
    unexpected_value,
)

FAMILY = "subscription"
# Source (documented): REST docs, "Update recurring subscription": statuses and intervals.
STATUSES = ("ACTIVE", "CANCELLED", "LAST_CHARGE_FAILED", "REQUIRES_PAYMENT_CONFIRMATION")
INTERVALS = {"DAY": (1,), "WEEK": (1, 2), "MONTH": (1, 3), "YEAR": (1,)}
MONTH_S = 30 * 24 * 3600
TEMPLATE_FIELDS = (
    "id",
    "email",
    "paymentMethod",
    "paymentModule",
    "total",
    "subtotal",
    "tax",
    "items",
    "billingPerson",
    "shippingPerson",
    "shippingOption",
    "pricesIncludeTax",
)


class Subscriptions:
    """Reads and changes subscriptions."""

    def __init__(self, entities: Entities) -> None:
        self._entities = entities

    def search(self, store_id: int, args: Mapping[str, str]) -> list[Body]:
        """Return the subscriptions that match the search parameters, newest first."""
        # Source (assumed): The newest subscription comes first.
        newest_first = reversed(self._entities.all(store_id, FAMILY))
        return matching(FILTERS, map(_shown, newest_first), args)

    def get(self, store_id: int, subscription_id: int) -> Body:
        """Return a subscription as the API sends it; raise NotFoundError if it is unknown."""
        found = self._entities.get(store_id, FAMILY, subscription_id)
        if found is None:
            raise NotFoundError("", f"Subscription #{subscription_id} not found")
        return _shown(found)

    def start(self, store_id: int, order: Body) -> Body:
        """Add a monthly subscription that begins with an order and return it."""
        # Source (documented): REST docs, "Get recurring subscription": the fields.
        # Source (client): ecwid-java-api-client, FetchedSubscription: orders have internal ids.
        now = int(time.time())
        fields = {
            "customerId": order.get("customerId", 0),
            "status": "ACTIVE",
            "statusUpdated": format_date(now),
            "created": format_date(now),
            "nextCharge": format_date(now + MONTH_S),
            "createTimestamp": now,
            "updateTimestamp": now,
            "chargeSettings": {"recurringInterval": "MONTH", "recurringIntervalCount": 1},
            "paymentMethod": {"creditCardMaskedNumber": "*4242", "creditCardBrand": "visa"},
            "orderTemplate": {name: order[name] for name in TEMPLATE_FIELDS if name in order},
            "orders": [
                {
                    "id": order["internalId"],
                    "total": order["total"],
                    "createDate": order["createDate"],
                }
            ],
        }
        return _shown(self._entities.add(store_id, FAMILY, fields))

    def update(self, store_id: int, subscription_id: int, given: Body) -> None:
        """Change a subscription; raise NotFoundError or WrongParameterError."""
        found = self.get(store_id, subscription_id)
        fields = _changes(found, given)
        now = int(time.time())
        if fields.get("status", found["status"]) != found["status"]:
            fields["statusUpdated"] = format_date(now)
            if fields["status"] == "CANCELLED":
                fields["cancelled"] = format_date(now)
        changed = {**found, **fields, "id": subscription_id, "updateTimestamp": now}
        del changed["subscriptionId"]
        self._entities.save(store_id, FAMILY, changed)


def _shown(found: Body) -> Body:
    fields = {name: value for name, value in found.items() if name != "id"}
    return {"subscriptionId": found["id"], **fields}


def _changes(found: Body, given: Body) -> Body:
    """Return the fields that an update changes."""
    check_types("Subscription", given, FIELD_TYPES)
    fields = {name: given[name] for name in FIELD_TYPES if name in given}
    if "nextCharge" in fields:
        fields["nextCharge"] = format_date(parse_date(fields["nextCharge"]))
    if "chargeSettings" in fields:
        settings = {**found["chargeSettings"], **fields["chargeSettings"]}
        interval, count = settings["recurringInterval"], settings["recurringIntervalCount"]
        if not isinstance(interval, str) or count not in INTERVALS.get(interval, ()):
            raise WrongParameterError("Field Subscription.chargeSettings has a wrong value")
        fields["chargeSettings"] = {
            "recurringInterval": interval,
            "recurringIntervalCount": count,
        }
    return fields


def _after(name: str) -> Callable[[Body, str], bool]:
    return lambda found, text: name in found and parse_date(found[name]) >= parse_date(text)


def _before(name: str) -> Callable[[Body, str], bool]:
    return lambda found, text: name in found and parse_date(found[name]) < parse_date(text)


def _has_status(found: Body, text: str) -> bool:
    if text.upper() not in STATUSES:
        raise unexpected_value("status", STATUSES)
    return bool(found["status"] == text.upper())


def _items(found: Body) -> list[Body]:
    items: list[Body] = found["orderTemplate"].get("items", [])
    return items


# Source (documented): REST docs, "Search recurring subscriptions".
FILTERS: dict[str, Callable[[Body, str], bool]] = {
    "id": lambda found, text: str(found["subscriptionId"]) == text,
    "createdFrom": _after("created"),
    "createdTo": _before("created"),
    "cancelledFrom": _after("cancelled"),
    "cancelledTo": _before("cancelled"),
    "updatedFrom": lambda found, text: found["updateTimestamp"] >= parse_date(text),
    "updatedTo": lambda found, text: found["updateTimestamp"] < parse_date(text),
    "nextChargeFrom": _after("nextCharge"),
    "nextChargeTo": _before("nextCharge"),
    "customerId": lambda found, text: str(found["customerId"]) == text,
    "status": _has_status,
    "recurringInterval": lambda found, text: (
        found["chargeSettings"]["recurringInterval"] == text.upper()
    ),
    "recurringIntervalCount": lambda found, text: (
        str(found["chargeSettings"]["recurringIntervalCount"]) == text
    ),
    "productId": lambda found, text: any(str(i.get("productId")) == text for i in _items(found)),
    "email": lambda found, text: found["orderTemplate"].get("email", "").lower() == text.lower(),
    "orderId": lambda found, text: found["orderTemplate"]["id"] == text,
}
FIELD_TYPES: dict[str, Callable[[Any], bool]] = {
    "status": lambda value: value in STATUSES,
    "nextCharge": is_string,
    "chargeSettings": is_object,
}
