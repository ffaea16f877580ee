"""Destination zones of a store: which address belongs to which zone."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any

from portal.sandbox.resource_specs import Body


def find_zone(zones: list[Body], zone_id: Any) -> Body | None:
    """Return a zone of the store by its id, or None."""
    return next((zone for zone in zones if zone.get("id") == zone_id), None)


def contains(zone: Body, address: Body) -> bool:
    """Return whether an address is in a zone; a list that a zone lacks doesn't limit it.

    Source (documented): REST docs, "Update store profile", zones: countries, states in the form
    US-CA and templates of postal codes.
    """
    country = str(address.get("countryCode") or "").upper()
    state = str(address.get("stateOrProvinceCode") or "").upper()
    code = str(address.get("postalCode") or "").upper()
    return (
        _matches(zone.get("countryCodes"), {country})
        and _matches(zone.get("stateOrProvinceCodes"), {state, f"{country}-{state}"})
        and _matches_template(zone.get("postCodes"), code)
    )


def _matches(allowed: Any, values: set[str]) -> bool:
    return not allowed or any(str(item).upper() in values for item in allowed)


def _matches_template(templates: Any, code: str) -> bool:
    # Source (assumed): In a template of postal codes * and % match any text, ? and _ match one
    # character.
    wildcards = str.maketrans({"%": "*", "_": "?"})
    return not templates or any(
        fnmatchcase(code, str(template).upper().translate(wildcards)) for template in templates
    )
