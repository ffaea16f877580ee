"""Read the form of a new order, line by line, into what is wanted."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from werkzeug.datastructures import MultiDict

from portal.models import Store
from portal.models.fields import dump_json
from portal.rules.orders.catalog_items import SEVERAL
from portal.rules.orders.order_request import OrderWish
from portal.rules.orders.order_request_json import MOST_LINES, document_of, wish_of
from portal.services.orders.offered_products import OfferedProduct, offered_products

TEXTS = ("email", "coupon_code", "shipping_method", "payment_status", "comment", "private_notes")
PERSON = ("name", "company", "street", "postal_code", "city", "state_code", "country_code", "phone")
LARGEST_ID = 2**53

Options = Mapping[str, str | tuple[str, ...]]


@dataclass(frozen=True)
class TypedLine:
    """Hold one line as it was typed; ``offered`` is None for what the mirror doesn't have."""

    product_id: int
    quantity: str
    options: Options
    offered: OfferedProduct | None


@dataclass(frozen=True)
class OrderForm:
    """Hold what was typed so far; ``key`` makes sure that it is ordered once."""

    lines: tuple[TypedLine, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    person: Mapping[str, str] = field(default_factory=dict)
    notify: bool = False
    key: str = field(default_factory=lambda: secrets.token_urlsafe(18))

    def wish(self) -> OrderWish:
        """Return the order that is wanted; raise OrderWishError with the field."""
        person = {name: text for name, text in self.person.items() if text}
        document: dict[str, Any] = {name: text for name, text in self.texts.items() if text}
        document["lines"] = [
            {
                "product_id": line.product_id,
                "quantity": _whole(line.quantity),
                "options": dict(line.options),
            }
            for line in self.lines
        ]
        document["notify_customer"] = self.notify
        if person:
            document["shipping_person"] = person
        return wish_of(document)

    def with_product(self, store: Store, product_id: int) -> OrderForm:
        """Return the form with one more of a product: a line of its own, for its options."""
        if not 0 < product_id < LARGEST_ID or len(self.lines) >= MOST_LINES:
            return self
        offered = offered_products(store, [product_id]).get(product_id)
        if offered is None:
            return self
        return replace(self, lines=(*self.lines, TypedLine(product_id, "1", {}, offered)))

    def without_line(self, position: int) -> OrderForm:
        """Return the form without one of its lines."""
        left = tuple(line for n, line in enumerate(self.lines) if n != position)
        return replace(self, lines=left)


def read_order_form(store: Store, given: MultiDict[str, str]) -> OrderForm:
    """Return the form as it was sent."""
    numbers: list[tuple[int, int]] = []
    for n in range(MOST_LINES):
        text = given.get(f"line-{n}-product", "")
        if not (text.isascii() and text.isdecimal() and 0 < int(text[:20]) < LARGEST_ID):
            break
        numbers.append((n, int(text)))
    offered = offered_products(store, {product_id for _, product_id in numbers})
    lines = tuple(_line(given, n, product_id, offered.get(product_id)) for n, product_id in numbers)
    return OrderForm(
        lines=lines,
        texts={name: given.get(name, "").strip() for name in TEXTS},
        person={name: given.get(name, "").strip() for name in PERSON},
        notify="notify" in given,
        key=given.get("key", "") or secrets.token_urlsafe(18),
    )


def form_again(store: Store, request: Mapping[str, Any]) -> OrderForm:
    """Return a form that asks for the same as an earlier request did."""
    wished = request.get("lines", [])
    offered = offered_products(store, [line.get("product_id", 0) for line in wished])
    lines = tuple(
        TypedLine(
            line["product_id"],
            str(line.get("quantity", 1)),
            {n: v if isinstance(v, str) else tuple(v) for n, v in line.get("options", {}).items()},
            offered.get(line["product_id"]),
        )
        for line in wished
        if line.get("product_id")
    )
    return OrderForm(
        lines=lines,
        texts={name: str(request.get(name, "")) for name in TEXTS},
        person={name: request.get("shipping_person", {}).get(name, "") for name in PERSON},
        notify=bool(request.get("notify_customer")),
    )


def digest_of(wish: OrderWish) -> str:
    """Return what tells whether an order is still the one that was quoted."""
    return hashlib.sha256(dump_json(document_of(wish)).encode()).hexdigest()


def _line(
    given: MultiDict[str, str], n: int, product_id: int, offered: OfferedProduct | None
) -> TypedLine:
    options: dict[str, str | tuple[str, ...]] = {}
    known: Sequence[Any] = offered.options if offered else ()
    for number, option in enumerate(known):
        values = [text.strip() for text in given.getlist(f"line-{n}-option-{number}")]
        chosen = tuple(filter(None, values))
        if chosen:
            options[option.name] = chosen if option.type == SEVERAL else chosen[0]
    return TypedLine(product_id, given.get(f"line-{n}-quantity", "").strip(), options, offered)


def _whole(text: str) -> int | str:
    """Return a number as one; anything else as it is, to be refused by name."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else text  # noqa: PLR2004
