"""Values of an order's raw JSON that the pages show and that have no column."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from portal.ecwid.lenient_record import LenientRecord
from portal.ecwid.person_names import person_name
from portal.ecwid.values import Record
from portal.rules.orders.request_checks import REFERENCE_FIELD
from portal.web.orders.blueprint import blueprint
from portal.web.orders.country_choices import country_name


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
    order = LenientRecord("orders", raw)
    found = {
        name: _person(order.part(field))
        for name, field in (("shipping", "shippingPerson"), ("billing", "billingPerson"))
    }
    return {name: person for name, person in found.items() if person is not None}


def extras_of(raw: Any) -> OrderExtras:
    """Return shipping, payment, comments and the store's own fields of an order."""
    order = LenientRecord("orders", raw)
    text = order.text_or_empty
    return OrderExtras(
        method=order.part("shippingOption").text_or_empty("shippingMethodName"),
        payment_method=text("paymentMethod"),
        comment=text("orderComments"),
        notes=text("privateAdminNotes"),
        customer_group=text("customerGroup"),
        extra_fields=tuple(_extra_fields(order)),
    )


def _extra_fields(order: Record) -> Iterator[tuple[str, str]]:
    """Yield title and value of the fields that the store adds to its checkout.

    Source: REST docs, "Get order": ``orderExtraFields`` has titles, ``extraFields`` has the same
    fields and others by id. Our own reference is not among them.
    """
    seen = {REFERENCE_FIELD}
    for field in order.parts("orderExtraFields"):
        name, value = field.text_or_empty("id"), field.text_or_empty("value")
        if value and name not in seen:
            yield field.text_or_empty("title") or name or "–", value
        seen.add(name)
    fields = order.part("extraFields")
    for name in fields.payload:
        value = fields.text_or_empty(name)
        if value and name not in seen:
            yield name, value


@blueprint.app_template_filter("chosen_options")
def options_of(raw: Any, position: int) -> list[tuple[str, str]]:
    """Return the chosen options of an item as pairs of name and value."""
    items = LenientRecord("orders", raw).items("items")[position : position + 1]
    return [
        (option.text_or_empty("name"), option.text_or_empty("value"))
        for item in items
        for option in LenientRecord("orders", item).parts("selectedOptions")
    ]


def _person(person: Record) -> OrderAddress | None:
    text = person.text_or_empty
    place = f"{text('postalCode')} {text('city')}".strip()
    code = text("countryCode")
    country = country_name(code) if code else text("countryName")
    region = text("stateOrProvinceName") or text("stateOrProvinceCode")
    # A second address line is a second line of the street.
    street = (line.strip() for line in text("street").splitlines())
    lines = (text("companyName"), *street, place, region, country)
    name = (person_name(person) or "").strip()
    address = OrderAddress(name, tuple(filter(None, lines)), text("phone"))
    return address if address.name or address.lines or address.phone else None
