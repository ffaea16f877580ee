"""Name and support contacts of the portal, which pages and emails show."""

from __future__ import annotations

from dataclasses import dataclass

DEFAULT_NAME = "Merchant portal"


@dataclass(frozen=True)
class PortalBrand:
    """Name, URL and support contacts of the portal; a contact may be empty."""

    name: str
    url: str
    support_email: str = ""
    support_url: str = ""

    @property
    def is_named(self) -> bool:
        """Return whether the operator chose the name; the default one is translated."""
        return self.name != DEFAULT_NAME
