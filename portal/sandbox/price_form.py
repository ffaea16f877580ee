"""Form of a store's prices on the admin pages: its values, and the changes that it asks for."""

from __future__ import annotations

from collections.abc import Mapping

from portal.sandbox.parts import Parts
from portal.sandbox.price_lines import (
    discount_text,
    number_text,
    parse_discount,
    parse_gift_card,
    parse_lines,
    parse_payment,
    parse_promotion,
    parse_shipping,
    parse_tax,
    payment_text,
    promotion_text,
    shipping_text,
    tax_text,
)
from portal.sandbox.resource_specs import Body
from portal.sandbox.settings_validation import MAX_PRECISION
from portal.sandbox.validation import WrongParameterError, parse_integer, parse_number

# Length of a country's code.
CODE_LENGTH = 2
Form = Mapping[str, str]


def form_values(parts: Parts, store_id: int) -> dict[str, str]:
    """Return the values of the form's fields; a check box that is on has the value ``on``."""
    settings = parts.stores.settings(parts.stores.get_existing(store_id))
    formats, fee = settings["formatsAndUnits"], settings["handlingFee"]
    names = {group["id"]: group["name"] for group in _groups(parts, store_id)}
    lines = {
        "taxes": map(tax_text, settings["taxes"]),
        "shipping": map(shipping_text, settings["shippingOptions"]),
        "payment": map(payment_text, settings["paymentOptions"]),
        "groups": names.values(),
        "discounts": (discount_text(discount, names) for discount in settings["discounts"]),
        "promotions": (promotion_text(p, names) for p in parts.promotions.all(store_id)),
        "gift_cards": (f"{c} | {number_text(b)}" for c, b in settings["giftCards"].items()),
    }
    checks = {
        "prices_include_tax": settings["pricesIncludeTax"],
        "truncate_zeros": formats["currencyTruncateZeroFractional"],
    }
    return {
        "currency": formats["currency"],
        "precision": str(formats["currencyPrecision"]),
        "prefix": formats["currencyPrefix"],
        "suffix": formats["currencySuffix"],
        "fee_name": fee["name"],
        "fee": number_text(fee["value"]),
        **{name: "on" if is_on else "" for name, is_on in checks.items()},
        **{name: "\n".join(texts) for name, texts in lines.items()},
    }


def save_form(parts: Parts, store_id: int, form: Form) -> None:
    """Save the form; raise WrongParameterError and save nothing if a field is invalid."""
    store = parts.stores.get_existing(store_id)
    with parts.state.transaction():
        _save_groups(parts, store_id, form.get("groups", ""))
        ids = {group["name"]: group["id"] for group in _groups(parts, store_id)}
        _save_promotions(parts, store_id, form.get("promotions", ""), ids)
        settings = _settings(parts.stores.settings(store), form, ids)
        currency = form.get("currency", "").strip().upper()
        parts.stores.change(store_id, {"currency": currency, "settings": settings})


def _settings(known: Body, form: Form, group_ids: dict[str, int]) -> Body:
    taxes = parse_lines(form.get("taxes", ""), parse_tax)
    by_name = {tax["name"]: tax for tax in known["taxes"]}
    options = {option["title"]: option for option in known["shippingOptions"]}
    payments = {option["checkoutTitle"]: option for option in known["paymentOptions"]}
    cards = parse_lines(form.get("gift_cards", ""), parse_gift_card)
    discounts = form.get("discounts", "")
    return {
        "formatsAndUnits": {
            "currencyPrecision": parse_integer(form, "precision", None, 0, MAX_PRECISION),
            "currencyPrefix": form.get("prefix", ""),
            "currencySuffix": form.get("suffix", ""),
            "currencyTruncateZeroFractional": "truncate_zeros" in form,
        },
        "pricesIncludeTax": "prices_include_tax" in form,
        "handlingFee": {"name": form.get("fee_name", ""), "value": parse_number(form, "fee")},
        "taxes": [{"id": None} | by_name.get(tax["name"], {}) | tax for tax in taxes],
        "zones": _zones(known["zones"], taxes),
        "shippingOptions": [
            _with_id(options, "title", option)
            for option in parse_lines(form.get("shipping", ""), parse_shipping, options)
        ],
        "paymentOptions": [
            _with_id(payments, "checkoutTitle", option)
            for option in parse_lines(form.get("payment", ""), parse_payment, payments)
        ],
        "discounts": parse_lines(discounts, lambda parts: parse_discount(parts, group_ids)),
        "giftCards": {card["code"]: card["balance"] for card in cards},
    }


def _with_id(known: dict[str, Body], title: str, option: Body) -> Body:
    """Return an option under the id that its title had before."""
    return option | {"id": known.get(option[title], option)["id"]}


def _zones(known: list[Body], taxes: list[Body]) -> list[Body]:
    """Return the zones, with a new one for each country that a tax names."""
    ids = {zone["id"] for zone in known}
    named = dict.fromkeys(rule["zoneId"] for tax in taxes for rule in tax["rules"])
    new = [zone for zone in named if zone not in ids]
    for zone in new:
        if len(zone) != CODE_LENGTH:
            raise WrongParameterError(
                f"there is no zone {zone}: a new one is a country of 2 letters"
            )
    return [*known, *({"id": z, "name": z, "countryCodes": [z.upper()]} for z in new)]


def _groups(parts: Parts, store_id: int) -> list[Body]:
    """Return the store's own groups; none if its plan has no groups."""
    has_groups = "CUSTOMER_GROUPS" in parts.stores.features(parts.stores.get_existing(store_id))
    return parts.customer_groups.all(store_id)[1:] if has_groups else []


def _save_groups(parts: Parts, store_id: int, text: str) -> None:
    wanted = dict.fromkeys(filter(None, map(str.strip, text.splitlines())))
    known = {group["name"]: group["id"] for group in _groups(parts, store_id)}
    for name in wanted:
        if name not in known:
            parts.customer_groups.create(store_id, {"name": name})
    for name in known.keys() - wanted.keys():
        parts.customer_groups.delete(store_id, known[name])


def _save_promotions(parts: Parts, store_id: int, text: str, group_ids: dict[str, int]) -> None:
    known = {promotion["name"]: promotion for promotion in parts.promotions.all(store_id)}
    lines = parse_lines(text, lambda line: parse_promotion(line, group_ids), known)
    wanted = {promotion["name"]: promotion for promotion in lines}
    for name, fields in wanted.items():
        if name not in known:
            parts.promotions.create(store_id, fields)
        elif any(known[name][field] != value for field, value in fields.items()):
            parts.promotions.update(store_id, known[name]["id"], fields)
    for name in known.keys() - wanted.keys():
        parts.promotions.delete(store_id, known[name]["id"])
