"""The part of ``/profile`` that a store's settings decide: what it reports and what it changes."""

from __future__ import annotations

from typing import Any

from portal.sandbox.resource_specs import Body
from portal.sandbox.validation import WrongParameterError, require_object

# Objects of the profile that the sandbox stores and answers without using them.
SECTIONS = (
    "mailNotifications",
    "phoneNotifications",
    "businessRegistrationID",
    "legalPagesSettings",
    "designSettings",
    "productFiltersSettings",
    "orderInvoiceSettings",
    "socialLinksSettings",
    "registrationAnswers",
    "tipsSettings",
)
OBJECTS = (
    "generalInfo",
    "account",
    "settings",
    "company",
    "formatsAndUnits",
    "languages",
    "shipping",
    "taxSettings",
    *SECTIONS,
)
# Name in a store's ``sections`` of those fields of the profile's ``settings`` that aren't used.
STORE_FIELDS = "settings"


def settings_json(settings: Body, name: str, company: Body) -> Body:
    """Return the objects of the profile that come from a store's settings."""
    # Source (documented): REST docs, "Get store profile".
    # Source (assumed): The API answers as usual while a storefront is closed.
    sections = dict(settings["sections"])
    own = sections.pop(STORE_FIELDS, {})
    return {
        "settings": {**own, "closed": settings["closed"], "storeName": name},
        "company": company | settings["company"],
        "formatsAndUnits": settings["formatsAndUnits"],
        "languages": settings["languages"],
        "taxSettings": {
            "automaticTaxEnabled": False,
            "pricesIncludeTax": settings["pricesIncludeTax"],
            "taxes": settings["taxes"],
        },
        "zones": settings["zones"],
        "shipping": {
            "handlingFee": settings["handlingFee"],
            "shippingOptions": settings["shippingOptions"],
        },
        "payment": {"paymentOptions": settings["paymentOptions"]},
        **sections,
    }


def profile_changes(given: Any) -> Body:
    """Return the changes of a store that ``PUT /profile`` asks for.

    Fields that the documentation calls read-only are ignored. Raises WrongParameterError if an
    object of the profile is none.
    """
    # Source (documented): REST docs, "Update store profile": all fields are optional, and fields
    # that are omitted stay. shippingOptions and payment are read-only here.
    # Source (documented): REST docs, "Update store profile", field taxes beside taxSettings.taxes.
    body = require_object(given)
    for name in OBJECTS:
        if not isinstance(body.get(name) or {}, dict):
            raise WrongParameterError(f"Field Profile.{name} has a wrong value")
    part = {name: dict(body.get(name) or {}) for name in OBJECTS}
    shown, formats, taxes = part["settings"], part["formatsAndUnits"], part["taxSettings"]
    changes: Body = {}
    for name, value in (
        ("url", part["generalInfo"].get("storeUrl")),
        ("name", shown.pop("storeName", None)),
        ("currency", formats.pop("currency", None)),
    ):
        if value is not None:
            changes[name] = value
    settings: Body = {
        "closed": shown.pop("closed", None),
        "pricesIncludeTax": taxes.get("pricesIncludeTax"),
        "taxes": taxes.get("taxes", body.get("taxes")),
        "zones": body.get("zones"),
        "handlingFee": part["shipping"].get("handlingFee"),
        **{name: part[name] or None for name in ("company", "languages")},
        "formatsAndUnits": formats or None,
        "sections": _sections(part, shown) or None,
    }
    given_settings = {name: value for name, value in settings.items() if value is not None}
    return changes | ({"settings": given_settings} if given_settings else {})


def _sections(part: Body, shown: Body) -> Body:
    found = {name: part[name] for name in SECTIONS if part[name]}
    return found | ({STORE_FIELDS: shown} if shown else {})
