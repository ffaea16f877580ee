"""Form of a new order: keeps the submitted text and converts it to an order request."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from werkzeug.datastructures import MultiDict

from portal.models import Store
from portal.models.fields import dump_json
from portal.rules.orders.catalog_items import MULTI_CHOICE_TYPE
from portal.rules.orders.line_ends import document_with_line_feeds, with_line_feeds
from portal.rules.orders.order_request import OrderRequest, Person
from portal.rules.orders.order_request_json import order_request_document, read_order_request
from portal.rules.orders.request_fields import LARGEST_ID
from portal.services.orders.catalog_products import CatalogProduct, catalog_products
from portal.web.url_converters import key_in

TEXT_FIELDS = (
    "email",
    "coupon_code",
    "shipping_method",
    "payment_status",
    "comment",
    "private_notes",
    "customer_tax_id",
)
ADDRESS_FIELDS = (
    "name",
    "company",
    "street",
    "street_2",
    "postal_code",
    "city",
    "state_code",
    "country_code",
    "phone",
)
# The API takes more; a form of so many lines would be too large a page.
MAX_FORM_LINES = 100
# int() raises ValueError for longer strings.
_WHOLE = re.compile(r"-?[0-9]{1,4000}")

Options = Mapping[str, str | tuple[str, ...]]


@dataclass(frozen=True)
class OrderFormLine:
    """One line as submitted; ``catalog_product`` is None if the mirror lacks the product."""

    product_id: int
    quantity: str
    options: Options
    catalog_product: CatalogProduct | None

    @property
    def name(self) -> str:
        """Return the product's name; empty if it is unknown."""
        return self.catalog_product.product.name if self.catalog_product else ""

    @property
    def has_options(self) -> bool:
        """Return whether the product has options to choose."""
        return bool(self.catalog_product and self.catalog_product.options)


@dataclass(frozen=True)
class OrderForm:
    """The submitted form; ``idempotency_key`` belongs to its order."""

    lines: tuple[OrderFormLine, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    person: Mapping[str, str] = field(default_factory=dict)
    notify_customer: bool = False
    accept_marketing: bool = False
    idempotency_key: str = field(default_factory=lambda: secrets.token_urlsafe(18))

    def order_request(self) -> OrderRequest:
        """Return the order request; raise InvalidFieldError with the same errors as the API."""
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
        document["notify_customer"] = self.notify_customer
        document["accept_marketing"] = self.accept_marketing
        if person:
            document["shipping_person"] = person
        return read_order_request(document)

    def with_product(self, store: Store, product_id: int) -> OrderForm:
        """Return the form with an additional line for a product."""
        if not 0 < product_id <= LARGEST_ID or len(self.lines) >= MAX_FORM_LINES:
            return self
        catalog_product = catalog_products(store, [product_id]).get(product_id)
        if catalog_product is None or catalog_product.is_deleted:
            return self
        for n, line in enumerate(self.lines):
            if line.product_id == product_id and not line.has_options:
                more = replace(line, quantity=_one_more(line.quantity))
                return replace(self, lines=(*self.lines[:n], more, *self.lines[n + 1 :]))
        line = OrderFormLine(product_id, "1", {}, catalog_product)
        return replace(self, lines=(*self.lines, line))

    @property
    def is_full(self) -> bool:
        """Return whether no more lines fit into the form."""
        return len(self.lines) >= MAX_FORM_LINES

    def with_customer(self, known: Mapping[str, str]) -> OrderForm:
        """Return the form with a customer's email, address and tax number in place of its own."""
        texts = {name: known.get(name, "") for name in ("email", "customer_tax_id")}
        person = {name: known.get(name, "") for name in ADDRESS_FIELDS}
        return replace(self, texts={**self.texts, **texts}, person=person)

    def pairs(self) -> list[tuple[str, str]]:
        """Return the fields of the form, which `read_order_form` reads back."""
        found = [("idempotency_key", self.idempotency_key), *self.texts.items()]
        found += self.person.items()
        for name in ("notify_customer", "accept_marketing"):
            if getattr(self, name):
                found.append((name, "1"))
        for n, line in enumerate(self.lines):
            found.append((f"line-{n}-product", str(line.product_id)))
            found.append((f"line-{n}-quantity", line.quantity))
            known: Sequence[Any] = line.catalog_product.options if line.catalog_product else ()
            for number, option in enumerate(known):
                value = line.options.get(option.name, ())
                for text in (value,) if isinstance(value, str) else value:
                    found.append((f"line-{n}-option-{number}", text))
        return found

    def without_line(self, position: int) -> OrderForm:
        """Return the form without one of its lines."""
        left = tuple(line for n, line in enumerate(self.lines) if n != position)
        return replace(self, lines=left)


def read_order_form(store: Store, given: MultiDict[str, str]) -> OrderForm:
    """Return the submitted form."""
    numbers: list[tuple[int, int]] = []
    for n in range(MAX_FORM_LINES):
        number = key_in(given.get(f"line-{n}-product", ""))
        if number is None:
            break
        numbers.append((n, number))
    catalog_product = catalog_products(store, {product_id for _, product_id in numbers})
    lines = tuple(
        _line(given, n, product_id, catalog_product.get(product_id)) for n, product_id in numbers
    )
    return OrderForm(
        lines=lines,
        texts={name: with_line_feeds(given.get(name, "")).strip() for name in TEXT_FIELDS},
        person={name: given.get(name, "").strip() for name in ADDRESS_FIELDS},
        notify_customer="notify_customer" in given,
        accept_marketing="accept_marketing" in given,
        idempotency_key=given.get("idempotency_key", "") or secrets.token_urlsafe(18),
    )


def form_from_request(store: Store, request: OrderRequest) -> OrderForm:
    """Return a form with the values of an earlier order request."""
    catalog_product = catalog_products(store, [line.product_id or 0 for line in request.lines])
    lines = tuple(
        OrderFormLine(
            line.product_id,
            str(line.quantity),
            line.chosen_options,
            catalog_product.get(line.product_id),
        )
        for line in request.lines
        if line.product_id
    )
    person = request.shipping_person or Person()
    return OrderForm(
        lines=lines,
        texts={name: getattr(request, name) or "" for name in TEXT_FIELDS},
        person={name: getattr(person, name) for name in ADDRESS_FIELDS},
        notify_customer=request.notify_customer,
        accept_marketing=request.accept_marketing is True,
    )


def request_digest(request: OrderRequest) -> str:
    """Return a digest that changes whenever the order request changes."""
    document = document_with_line_feeds(order_request_document(request))
    return hashlib.sha256(dump_json(document).encode()).hexdigest()


def _line(
    given: MultiDict[str, str], n: int, product_id: int, catalog_product: CatalogProduct | None
) -> OrderFormLine:
    options: dict[str, str | tuple[str, ...]] = {}
    known: Sequence[Any] = catalog_product.options if catalog_product else ()
    for number, option in enumerate(known):
        values = [text.strip() for text in given.getlist(f"line-{n}-option-{number}")]
        chosen = tuple(filter(None, values))
        if chosen:
            options[option.name] = chosen if option.type == MULTI_CHOICE_TYPE else chosen[0]
    return OrderFormLine(
        product_id, given.get(f"line-{n}-quantity", "").strip(), options, catalog_product
    )


def _one_more(quantity: str) -> str:
    return str(int(quantity) + 1) if _WHOLE.fullmatch(quantity) else quantity


def _whole(text: str) -> int | str:
    """Return an int for an integer; return other text unchanged so that validation rejects it."""
    return int(text) if _WHOLE.fullmatch(text) else text
