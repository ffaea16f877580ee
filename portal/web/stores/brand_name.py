"""Name under which a store knows Ecwid, for templates."""

from __future__ import annotations

from portal.models import Store
from portal.rules.connection.platform_brand import platform_brand, with_brand
from portal.web.stores.blueprint import blueprint


@blueprint.app_template_global()
def brand_of(store: Store) -> str:
    """Return the brand under which the store's owner uses Ecwid."""
    return platform_brand(store.profile_details)


@blueprint.app_template_filter()
def branded(text: str, store: Store | None) -> str:
    """Return a translated text with the store's brand instead of Ecwid."""
    return with_brand(text, brand_of(store)) if isinstance(store, Store) else text
