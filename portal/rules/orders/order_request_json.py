"""Read a wanted order from JSON, refusing what makes no sense, and write it as such.

Two documents that say the same are written alike: that is how a repeated request is known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from portal.errors import OrderWishError
from portal.rules.orders.order_request import OrderWish, Person, WishedLine
from portal.rules.orders.order_statuses import FIRST_PAYMENT_STATUSES, FULFILMENT_STATUSES
from portal.rules.orders.pricing import ZERO

# As many products as one call of Ecwid's reads.
MOST_LINES = 100
MOST_PIECES = 1_000_000
MOST_MONEY = Decimal(10) ** 12
TEXT_LENGTH = 255
LONG_TEXT_LENGTH = 2_000
EMAIL_LENGTH = 254
LONG_TEXTS = ("comment", "private_notes")
Wish = TypeVar("Wish", OrderWish, WishedLine, Person)


def wish_of(document: Any) -> OrderWish:
    """Return the order that a JSON object describes; raise OrderWishError with the field."""
    given = _known(document, OrderWish, "")
    lines = given.get("lines")
    if not isinstance(lines, list | tuple) or not lines:
        raise OrderWishError("lines", "must list at least one item")
    if len(lines) > MOST_LINES:
        raise OrderWishError("lines", f"may list at most {MOST_LINES} items")
    return OrderWish(
        lines=tuple(_line(line, f"lines[{n}]") for n, line in enumerate(lines)),
        email=_email(given.get("email")),
        shipping_person=_person(given, "shipping_person"),
        billing_person=_person(given, "billing_person"),
        shipping_method=_text(given, "shipping_method"),
        coupon_code=_text(given, "coupon_code"),
        expected_total=_money(given, "expected_total"),
        accepted_drift=_money(given, "accepted_drift") or ZERO,
        payment_status=_one_of(given, "payment_status", FIRST_PAYMENT_STATUSES),
        fulfilment_status=_one_of(given, "fulfilment_status", FULFILMENT_STATUSES),
        payment_method=_text(given, "payment_method"),
        comment=_text(given, "comment"),
        private_notes=_text(given, "private_notes"),
        channel_reference=_text(given, "channel_reference"),
        notify_customer=_flag(given, "notify_customer"),
    )


def document_of(wish: OrderWish) -> dict[str, Any]:
    """Return the wanted order as JSON without what isn't set; amounts are texts."""
    return _document(wish)


def _document(part: Any) -> dict[str, Any]:
    told = ((each.name, getattr(part, each.name)) for each in fields(part))
    return {name: _plain(value) for name, value in told if value not in (None, "", {})}


def _plain(value: Any) -> Any:
    match value:
        case Decimal():
            return format(value.normalize(), "f")
        case WishedLine() | Person():
            return _document(value)
        case tuple():
            return [_plain(each) for each in value]
        case Mapping():
            return {name: _plain(each) for name, each in value.items()}
    return value


def _line(given: Any, place: str) -> WishedLine:
    line = _known(given, WishedLine, place)
    product_id, sku = _id(line, "product_id", place), _text(line, "sku", f"{place}.")
    if product_id is None and sku is None:
        raise OrderWishError(f"{place}.product_id", "or sku must say which product is meant")
    quantity: Any = line.get("quantity")
    if not _is_whole(quantity) or not 0 < quantity <= MOST_PIECES:
        raise OrderWishError(f"{place}.quantity", "must be a whole number from 1 on")
    return WishedLine(
        quantity,
        product_id,
        _id(line, "variation_id", place),
        sku,
        _options(line.get("options"), f"{place}.options"),
        _money(line, "expected_price", f"{place}."),
    )


def _options(given: Any, place: str) -> dict[str, str | tuple[str, ...]]:
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise OrderWishError(place, "must be an object of names and chosen values")
    options: dict[str, str | tuple[str, ...]] = {}
    for name, value in given.items():
        values = value if isinstance(value, list | tuple) else [value]
        if not all(isinstance(each, str) and 0 < len(each) <= TEXT_LENGTH for each in values):
            raise OrderWishError(f"{place}.{name}", "must be a text, or a list of texts")
        options[str(name)] = value if isinstance(value, str) else tuple(values)
    return options


def _person(given: Mapping[str, Any], name: str) -> Person | None:
    if given.get(name) is None:
        return None
    person = _known(given[name], Person, name)
    return Person(**{part: _text(person, part, f"{name}.") or "" for part in person})


def _known(given: Any, kind: type[Wish], place: str) -> dict[str, Any]:
    if not isinstance(given, Mapping):
        raise OrderWishError(place, "must be an object")
    known = [each.name for each in fields(kind)]
    for name in given:
        if name not in known:
            raise OrderWishError(f"{place}.{name}".lstrip("."), f"is not known: {', '.join(known)}")
    return dict(given)


def _text(given: Mapping[str, Any], name: str, place: str = "") -> str | None:
    value = given.get(name)
    if value is None or value == "":
        return None
    longest = LONG_TEXT_LENGTH if name in LONG_TEXTS else TEXT_LENGTH
    if not isinstance(value, str) or len(value) > longest:
        raise OrderWishError(f"{place}{name}", f"must be a text of at most {longest} characters")
    return value.replace("\x00", "").encode("utf-8", "replace").decode().strip() or None


def _email(value: Any) -> str | None:
    if value in (None, ""):
        return None
    address = value.strip() if isinstance(value, str) else ""
    name, _, host = address.rpartition("@")
    is_written = name and host and not any(c.isspace() or not c.isprintable() for c in address)
    if not is_written or len(address) > EMAIL_LENGTH:
        raise OrderWishError("email", "must be an e-mail address")
    return address


def _money(given: Mapping[str, Any], name: str, place: str = "") -> Decimal | None:
    value = given.get(name)
    if value in (None, ""):
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise OrderWishError(f"{place}{name}", "must be an amount")
    try:
        # What a float was written as is what was meant.
        amount = Decimal(str(value))
    except InvalidOperation:
        raise OrderWishError(f"{place}{name}", "must be an amount") from None
    if not amount.is_finite() or not 0 <= amount < MOST_MONEY:
        raise OrderWishError(f"{place}{name}", "must be an amount from 0 on")
    return amount


def _id(given: Mapping[str, Any], name: str, place: str) -> int | None:
    value = given.get(name)
    if value is None:
        return None
    if not _is_whole(value) or not 0 < value < 2**53:
        raise OrderWishError(f"{place}.{name}", "must be a whole number")
    return int(value)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _one_of(given: Mapping[str, Any], name: str, allowed: tuple[str, ...]) -> str:
    value = given.get(name, allowed[0])
    if value not in allowed:
        raise OrderWishError(name, f"must be one of {', '.join(allowed)}")
    return str(value)


def _flag(given: Mapping[str, Any], name: str) -> bool:
    value = given.get(name, False)
    if not isinstance(value, bool):
        raise OrderWishError(name, "must be true or false")
    return value
