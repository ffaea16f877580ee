"""Brand under which a store's owner uses Ecwid: a reseller's, else Ecwid.

Texts name Ecwid, and translations keep that name; what a reseller's customers read replaces it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

ECWID = "Ecwid"


def platform_brand(profile_details: Mapping[str, Any] | None) -> str:
    """Return the brand in the details of a store's profile; None before they were read."""
    return (profile_details or {}).get("brand_name") or ECWID


def with_brand(text: str, brand: str) -> str:
    """Return a translated text with a brand instead of Ecwid.

    Markup escapes the brand; other texts are escaped when they are rendered.
    """
    return text.replace(ECWID, brand)
