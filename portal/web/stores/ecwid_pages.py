"""Addresses of pages in Ecwid's admin, which requires a sign-in at Ecwid.

The address of the billing page is assumed: see docs/decisions/links-to-ecwid-billing.md.
"""

from __future__ import annotations

from portal.web.stores.blueprint import blueprint

ADMIN = "https://my.ecwid.com"
SUPPORT = "https://support.ecwid.com/hc/en-us/requests/new"


@blueprint.app_template_global()
def billing_page(store_id: int | None = None) -> str:
    """Return the page where a plan is changed; without a store, that of the person's own store."""
    store = "" if store_id is None else f"store/{store_id}"
    return f"{ADMIN}/{store}#billing"
