"""Name under which a store knows Ecwid: its reseller's brand, else Ecwid.

Texts name Ecwid, and translations keep that name; the pages of a reseller's store replace it.
"""

from __future__ import annotations

from portal.models import Store
from portal.web.stores.blueprint import blueprint

ECWID = "Ecwid"


@blueprint.app_template_global()
def brand_of(store: Store) -> str:
    """Return the brand under which the store's owner uses Ecwid."""
    return (store.profile_details or {}).get("brand_name") or ECWID


@blueprint.app_template_filter()
def branded(text: str, store: Store | None) -> str:
    """Return a translated text with the store's brand instead of Ecwid."""
    # Markup escapes the brand; other texts are escaped when they are rendered.
    return text.replace(ECWID, brand_of(store)) if isinstance(store, Store) else text
