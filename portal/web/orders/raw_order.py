"""Values of an order's raw JSON that the pages show and that have no column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from portal.rules.orders.request_checks import REFERENCE_FIELD
from portal.web.orders.blueprint import blueprint


@dataclass(frozen=True)
class OrderAddress:
    """Billing or shipping address; ``lines`` is the postal address."""

    name: str
    lines: tuple[str, ...]
    phone: str


@dataclass(frozen=True)
class OrderExtras:
    """Shipping, payment, comments and the store's own fields of an order."""

    method: str
    payment_method: str
    comment: str
    notes: str
    customer_group: str
    extra_fields: tuple[tuple[str, str], ...]


def addresses_of(raw: Any) -> dict[str, OrderAddress]:
    """Return the addresses of an order by name, ``billing`` and ``shipping``."""
    found = {
        name: _person(_part(raw, field))
        for name, field in (("shipping", "shippingPerson"), ("billing", "billingPerson"))
    }
    return {name: person for name, person in found.items() if person is not None}


def extras_of(raw: Any) -> OrderExtras:
    """Return shipping, payment, comments and the store's own fields of an order."""
    return OrderExtras(
        method=_text(_part(raw, "shippingOption"), "shippingMethodName"),
        payment_method=_text(raw, "paymentMethod"),
        comment=_text(raw, "orderComments"),
        notes=_text(raw, "privateAdminNotes"),
        customer_group=_text(raw, "customerGroup"),
        extra_fields=tuple(_extra_fields(raw)),
    )


def _extra_fields(raw: Any) -> Iterator[tuple[str, str]]:
    """Yield title and value of the fields that the store adds to its checkout.

    Source: REST docs, "Get order": ``orderExtraFields`` has titles, ``extraFields`` has the same
    fields and others by id. Our own reference is not among them.
    """
    listed = raw.get("orderExtraFields") if isinstance(raw, Mapping) else None
    seen = {REFERENCE_FIELD}
    for field in listed if isinstance(listed, list) else ():
        name, value = _text(field, "id"), _text(field, "value")
        if value and name not in seen:
            yield _text(field, "title") or name or "–", value
        seen.add(name)
    for name in _part(raw, "extraFields"):
        value = _text(_part(raw, "extraFields"), name)
        if value and name not in seen:
            yield name, value


@blueprint.app_template_filter("chosen_options")
def options_of(raw: Any, position: int) -> list[tuple[str, str]]:
    """Return the chosen options of an item as pairs of name and value."""
    items = raw.get("items") if isinstance(raw, Mapping) else None
    item = items[position] if isinstance(items, list) and position < len(items) else None
    chosen = item.get("selectedOptions") if isinstance(item, Mapping) else None
    if not isinstance(chosen, list):
        return []
    return [(_text(option, "name"), _text(option, "value")) for option in chosen]


def _person(part: Mapping[str, Any]) -> OrderAddress | None:
    place = f"{_text(part, 'postalCode')} {_text(part, 'city')}".strip()
    country = _text(part, "countryName") or _text(part, "countryCode")
    region = _text(part, "stateOrProvinceName") or _text(part, "stateOrProvinceCode")
    lines = (_text(part, "companyName"), _text(part, "street"), place, region, country)
    person = OrderAddress(_name(part), tuple(filter(None, lines)), _text(part, "phone"))
    return person if person.name or person.lines or person.phone else None


def _name(part: Mapping[str, Any]) -> str:
    """Return the whole name; some persons have only a first and a last name."""
    whole = _text(part, "name").strip()
    return whole or f"{_text(part, 'firstName')} {_text(part, 'lastName')}".strip()


def _part(raw: Any, name: str) -> Mapping[str, Any]:
    part = raw.get(name) if isinstance(raw, Mapping) else None
    return part if isinstance(part, Mapping) else {}


def _text(part: Any, name: str) -> str:
    value = part.get(name) if isinstance(part, Mapping) else None
    return str(value) if isinstance(value, str | int) and value != "" else ""
