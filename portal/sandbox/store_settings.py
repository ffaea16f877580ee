"""Settings of a store that prices depend on: currency, taxes, zones, shipping, fees, discounts.

They are stored as one JSON object that contains only what was changed.
"""

from __future__ import annotations

import json

from babel.numbers import get_currency_precision, get_currency_symbol

from portal.sandbox.resource_specs import Body

TAX_DEFAULTS: Body = {
    "enabled": True,
    "useShippingAddress": True,
    "taxShipping": False,
    "appliedByDefault": True,
    "defaultTax": 0,
    "rules": [],
}
OPTION_DEFAULTS: dict[str, Body] = {
    "shippingOptions": {"enabled": True, "orderBy": 0, "fulfilmentType": "shipping"},
    "paymentOptions": {"enabled": True, "orderBy": 0},
}
VAT: Body = {"id": 1, "name": "VAT", "defaultTax": 19, "taxShipping": True}
STANDARD_RATES: list[Body] = [
    {"conditions": {"subtotalFrom": 0, "subtotalTo": 75}, "rate": {"perOrder": 4.9}},
    {"conditions": {"subtotalFrom": 75}, "rate": {"perOrder": 0}},
]
DEFAULTS: Body = {
    "closed": False,
    "brandName": "",
    "company": {"countryCode": "DE"},
    "languages": {"enabledLanguages": ["en", "de"], "defaultLanguage": "en"},
    "formatsAndUnits": {},
    "pricesIncludeTax": True,
    "taxes": [VAT],
    "zones": [],
    "handlingFee": {"name": "Handling Fee", "value": 0, "description": ""},
    "shippingOptions": [
        {
            "id": "standard",
            "title": "Standard delivery",
            "ratesTable": {"tableBasedOn": "subtotal", "rates": STANDARD_RATES},
        },
        {
            "id": "express",
            "title": "Express delivery",
            "flatRate": {"rateType": "ABSOLUTE", "rate": 12.5},
        },
        {
            "id": "pickup",
            "title": "Pick up in the shop",
            "fulfilmentType": "pickup",
            "flatRate": {"rateType": "ABSOLUTE", "rate": 0},
        },
    ],
    "paymentOptions": [
        {"id": "bank-transfer", "checkoutTitle": "Bank transfer"},
        {"id": "card", "checkoutTitle": "Card"},
    ],
    "discounts": [],
    "giftCards": {},
    "sections": {},
}
# Objects whose fields are changed one by one; the other settings are replaced as a whole.
MERGED = frozenset({"company", "languages", "formatsAndUnits", "handlingFee", "sections"})


def complete_settings(stored: str, currency: str) -> Body:
    """Return all settings of a store: what was changed, else the defaults."""
    settings = merge_settings(DEFAULTS, json.loads(stored))
    settings["formatsAndUnits"] = _formats(currency) | settings["formatsAndUnits"]
    settings["taxes"] = [
        TAX_DEFAULTS | tax | {"includeInPrice": settings["pricesIncludeTax"]}
        for tax in settings["taxes"]
    ]
    for name, defaults in OPTION_DEFAULTS.items():
        settings[name] = [defaults | option for option in settings[name]]
    return settings


def merge_settings(known: Body, changes: Body) -> Body:
    """Return settings after valid changes."""
    merged = dict(known)
    for name, value in changes.items():
        merged[name] = {**known.get(name, {}), **value} if name in MERGED else value
    return merged


def _formats(currency: str) -> Body:
    """Return the formats of a new store."""
    # Source (documented): REST docs, "Get store profile", formatsAndUnits.
    # Source (assumed): A new store formats its currency with the decimals of ISO 4217 and the
    # symbol in English.
    symbol = get_currency_symbol(currency, "en")
    has_symbol = symbol != currency
    return {
        "currency": currency,
        "currencyPrefix": symbol if has_symbol else "",
        "currencySuffix": "" if has_symbol else f" {currency}",
        "currencyGroupSeparator": ",",
        "currencyDecimalSeparator": ".",
        "currencyPrecision": get_currency_precision(currency),
        "currencyTruncateZeroFractional": False,
        "currencyRate": 1,
        "weightUnit": "KILOGRAM",
        "dateFormat": "yyyy/MM/dd",
        "timeFormat": "HH:mm",
        "timezone": "Europe/Berlin",
        "dimensionsUnit": "CM",
        "orderNumberPrefix": "",
        "orderNumberSuffix": "",
    }
