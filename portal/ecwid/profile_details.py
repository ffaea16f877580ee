"""Facts about a store that no rule of ours needs: country, languages, units, a reseller's brand.

Source of the fields: REST docs, "Get store profile"; the official Kotlin client,
FetchedStoreProfile.
"""

from __future__ import annotations

from typing import Any

from portal.ecwid.lenient_record import LenientRecord
from portal.ecwid.record_details import clean_texts, flag
from portal.ecwid.values import Record

MAX_TEXT_LENGTH = 2_000


def profile_details(payload: Any) -> dict[str, Any]:
    """Return the facts as JSON; a missing or unreadable one is None or empty."""
    profile = LenientRecord("profile", payload)
    formats, languages = profile.part("formatsAndUnits"), profile.part("languages")
    settings, account = profile.part("settings"), profile.part("account")
    return {
        "country_code": _text(profile.part("company"), "countryCode"),
        "languages": [
            text[:MAX_TEXT_LENGTH] for text in clean_texts(languages, "enabledLanguages")
        ],
        "default_language": _text(languages, "defaultLanguage"),
        "prices_include_tax": flag(profile.part("taxSettings"), "pricesIncludeTax"),
        "weight_unit": _text(formats, "weightUnit"),
        "dimensions_unit": _text(formats, "dimensionsUnit"),
        # Without whiteLabel, Ecwid's own name is used everywhere, so a brand would be unknown.
        "brand_name": _text(account, "brandName") if flag(account, "whiteLabel") else None,
        "logo_url": _text(profile.part("generalInfo").part("starterSite"), "storeLogoUrl")
        or _text(settings, "invoiceLogoUrl")
        or _text(settings, "emailLogoUrl"),
    }


def _text(part: Record, name: str) -> str | None:
    return (part.text(name) or "")[:MAX_TEXT_LENGTH] or None
