"""Lines of text for taxes, discounts, shipping and payment options in a form of the admin pages.

Each line starts with a name or an amount; further parts are separated by ``|``. An item that lines
can't describe has the line ``NAME | as set`` and stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from portal.sandbox.resource_specs import Body
from portal.sandbox.validation import WrongParameterError

AS_SET = "as set"
AMOUNT = re.compile(r"(\d{1,12}(?:\.\d{1,6})?)\s*(%)?")
RULE = re.compile(r"([\w-]+)\s*=\s*(\d{1,3}(?:\.\d{1,6})?)")


def parse_lines(
    text: str, parse: Callable[[list[str]], Body], kept: dict[str, Body] | None = None
) -> list[Body]:
    """Return what the lines of a text describe; raise WrongParameterError naming a wrong line.

    ``kept`` has the items of lines ``NAME | as set`` by their names.
    """
    found = []
    for line in filter(None, map(str.strip, text.splitlines())):
        parts = [part.strip() for part in line.split("|")]
        try:
            found.append((kept or {})[parts[0]] if parts[1:] == [AS_SET] else parse(parts))
        except (ValueError, LookupError) as error:
            raise WrongParameterError(f"the line {line[:80]!r} isn't understood") from error
    return found


def number_text(value: Any) -> str:
    """Return a number without needless zeros."""
    return f"{Decimal(str(value)).normalize():f}"


def amount_text(value: Any, *, is_percent: bool) -> str:
    return f"{number_text(value)} %" if is_percent else number_text(value)


def parse_amount(text: str) -> tuple[float, bool]:
    """Return an amount, and whether it is a percentage; raise ValueError if it is neither."""
    match = AMOUNT.fullmatch(text)
    if match is None:
        raise ValueError(text)
    return float(match[1]), match[2] is not None


def _plain(text: str) -> float:
    value, is_percent = parse_amount(text)
    if is_percent:
        raise ValueError(text)
    return value


def _options(parts: Iterable[str], *allowed: str) -> dict[str, str]:
    """Return the parts as keywords with what follows them; raise ValueError for others."""
    found = {}
    for part in parts:
        keyword = next((word for word in allowed if f"{part} ".startswith(f"{word} ")), None)
        if keyword is None:
            raise ValueError(part)
        found[keyword] = part.removeprefix(keyword).strip()
    return found


def tax_text(tax: Body) -> str:
    """Return a line such as ``VAT | 19 | shipping | AT=20, CH=0``."""
    rules = ", ".join(f"{rule['zoneId']}={number_text(rule['tax'])}" for rule in tax["rules"])
    parts = [tax["name"], number_text(tax["defaultTax"])]
    if tax["taxShipping"]:
        parts.append("shipping")
    if not tax["appliedByDefault"]:
        parts.append("by product")
    return " | ".join([*parts, rules] if rules else parts)


def parse_tax(parts: list[str]) -> Body:
    """Return the tax of a line."""
    name, rate, *others = parts
    zones = [part for part in others if "=" in part]
    words = _options((part for part in others if "=" not in part), "shipping", "by product")
    rules = []
    for rule in ",".join(zones).split(",") if zones else ():
        match = RULE.fullmatch(rule.strip())
        if match is None:
            raise ValueError(rule)
        rules.append({"zoneId": match[1], "tax": float(match[2])})
    return {
        "name": name,
        "defaultTax": _plain(rate),
        "taxShipping": "shipping" in words,
        "appliedByDefault": "by product" not in words,
        "rules": rules,
    }


def discount_text(discount: Body, group_names: dict[int, str]) -> str:
    """Return a line such as ``10 % | from 50 | for VIP``."""
    parts = [amount_text(discount.get("value", 0), is_percent=discount.get("type") == "PERCENT")]
    if discount.get("orderTotal"):
        parts.append(f"from {number_text(discount['orderTotal'])}")
    if discount["base"] != "ON_TOTAL":
        parts.append(f"for {group_names.get(discount.get('membershipId', 0), '?')}")
    return " | ".join(parts)


def parse_discount(parts: list[str], group_ids: dict[str, int]) -> Body:
    """Return the discount of a line; raise LookupError for an unknown group."""
    amount, *others = parts
    value, is_percent = parse_amount(amount)
    words = _options(others, "from", "for")
    kind = "PERCENT" if is_percent else "ABS"
    discount: Body = {"value": value, "type": kind, "base": "ON_TOTAL"}
    if "from" in words:
        discount["orderTotal"] = _plain(words["from"])
    if "for" in words:
        discount["membershipId"] = group_ids[words["for"]]
        discount["base"] = "ON_TOTAL_AND_MEMBERSHIP" if "from" in words else "ON_MEMBERSHIP"
    return discount


def shipping_text(option: Body) -> str:
    """Return a line such as ``Standard delivery | 4.9 | free from 75``."""
    as_set = f"{option['title']} | {AS_SET}"
    parts = [option["title"]]
    rate, free_from = _rates(option)
    if rate is None or option.get("destinationZone") or option["fulfilmentType"] == "delivery":
        return as_set
    parts.append(number_text(rate))
    if free_from is not None:
        parts.append(f"free from {number_text(free_from)}")
    if option["fulfilmentType"] == "pickup":
        parts.append("pickup")
    return " | ".join(parts)


def _rates(option: Body) -> tuple[float | None, float | None]:
    """Return the rate of an option, and the subtotal from which it is free."""
    flat, rows = option.get("flatRate"), (option.get("ratesTable") or {}).get("rates") or []
    if flat:
        return (flat.get("rate", 0), None) if flat.get("rateType") != "PERCENT" else (None, None)
    if len(rows) != 2 or rows[1].get("rate") != {"perOrder": 0}:  # noqa: PLR2004 - a rate, then free
        return None, None
    limit = (rows[1].get("conditions") or {}).get("subtotalFrom")
    return (rows[0].get("rate") or {}).get("perOrder"), limit


def parse_shipping(parts: list[str]) -> Body:
    """Return the shipping option of a line."""
    title, rate, *others = parts
    words = _options(others, "free from", "pickup")
    option: Body = {
        "id": title,
        "title": title,
        "fulfilmentType": "pickup" if "pickup" in words else "shipping",
    }
    if "free from" not in words:
        return option | {"flatRate": {"rateType": "ABSOLUTE", "rate": _plain(rate)}}
    limit = _plain(words["free from"])
    below = {"subtotalFrom": 0, "subtotalTo": limit}
    rows = [
        {"conditions": below, "rate": {"perOrder": _plain(rate)}},
        {"conditions": {"subtotalFrom": limit}, "rate": {"perOrder": 0}},
    ]
    return option | {"ratesTable": {"tableBasedOn": "subtotal", "rates": rows}}


def payment_text(option: Body) -> str:
    """Return a line such as ``Card | 2 %``."""
    fee = option.get("paymentSurcharges") or {}
    if not fee.get("value"):
        return str(option["checkoutTitle"])
    amount = amount_text(fee["value"], is_percent=fee.get("type") == "PERCENT")
    return f"{option['checkoutTitle']} | {amount}"


def parse_payment(parts: list[str]) -> Body:
    """Return the payment option of a line."""
    title, *fees = parts
    option: Body = {"id": title, "checkoutTitle": title}
    for fee in fees:
        value, is_percent = parse_amount(fee)
        kind = "PERCENT" if is_percent else "ABSOLUTE"
        option["paymentSurcharges"] = {"type": kind, "value": value}
    return option


def promotion_text(promotion: Body, group_names: dict[int, str]) -> str:
    """Return a line such as ``Spring | 10 % | subtotal | from 50 | for VIP``."""
    triggers = {name: value for name, value in promotion["triggers"].items() if value}
    groups = triggers.get("customerGroups", [])
    is_simple = (
        promotion["enabled"]
        and promotion["discountType"] != "FIXED_PRICE"
        and not any(promotion["targets"].values())
        and not triggers.keys() - {"subtotal", "customerGroups"}
        and len(groups) <= 1
    )
    if not is_simple:
        return f"{promotion['name']} | {AS_SET}"
    amount = amount_text(promotion["amount"], is_percent=promotion["discountType"] == "PERCENT")
    parts = [promotion["name"], amount, promotion["discountBase"].lower()]
    if triggers.get("subtotal"):
        parts.append(f"from {number_text(triggers['subtotal'])}")
    parts += [f"for {group_names.get(group, '?')}" for group in groups]
    return " | ".join(parts)


def parse_promotion(parts: list[str], group_ids: dict[str, int]) -> Body:
    """Return the promotion of a line; raise LookupError for an unknown group."""
    name, amount, base, *others = parts
    value, is_percent = parse_amount(amount)
    words = _options(others, "from", "for")
    triggers: Body = {}
    if "from" in words:
        triggers["subtotal"] = _plain(words["from"])
    if "for" in words:
        triggers["customerGroups"] = [group_ids[words["for"]]]
    return {
        "name": name,
        "discountBase": base.upper(),
        "discountType": "PERCENT" if is_percent else "ABSOLUTE",
        "amount": value,
        "triggers": triggers,
    }


def parse_gift_card(parts: list[str]) -> Body:
    """Return code and balance of a line such as ``GIFT | 50``."""
    code, balance = parts
    return {"code": code, "balance": _plain(balance)}
