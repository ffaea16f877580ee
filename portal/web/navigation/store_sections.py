"""Tabs of a store: which sections and pages it has, for whom, and which one is shown."""

from __future__ import annotations

from flask import request, url_for
from flask_babel import lazy_gettext as _l

from portal.models import Store
from portal.web.label import Text
from portal.web.navigation.sections import Page, Section, section_of
from portal.web.stores.access import is_permitted, is_viewed_by_operator

Tab = tuple[Text, str, str]

STORE_SECTIONS = (
    Section(
        _l("Overview"), (Page(_l("Overview"), "stores.show", ("stores.progress", "stores.charts")),)
    ),
    Section(_l("Products"), (Page(_l("Products"), "products.index", ("products.*",)),)),
    Section(_l("Orders"), (Page(_l("Orders"), "orders.index", ("orders.*",)),)),
    Section(_l("Customers"), (Page(_l("Customers"), "customers.index", ("customers.*",)),)),
    Section(_l("Coupons"), (Page(_l("Coupons"), "coupons.index", ("coupons.*",)),)),
    Section(
        _l("Activity"),
        (
            Page(_l("All activity"), "stores.activity"),
            Page(_l("Webhook events"), "events.index", ("events.*",)),
            Page(_l("Sync"), "sync.index", ("sync.*",)),
            Page(_l("Connection history"), "stores.timeline"),
        ),
    ),
    Section(
        _l("Settings"),
        (
            Page(
                _l("Connection"),
                "stores.connection",
                ("stores.connection_progress", "stores.reconnect", "stores.token_form"),
            ),
            Page(_l("Team"), "team.index", ("team.*",)),
            Page(_l("Channels"), "channels.index", ("channels.*",)),
            Page(_l("Notifications"), "account.notifications"),
            Page(_l("API keys"), "api_keys.index"),
            Page(_l("Webhooks"), "endpoints.index"),
            Page(_l("Exports"), "exports.index", ("exports.*",)),
            Page(_l("Personal data"), "privacy.index", ("privacy.*",)),
            Page(
                _l("Disconnect"),
                "stores.confirm_disconnect",
                ("stores.confirm_erase", "stores.erase", "stores.disconnect"),
            ),
        ),
    ),
)
# Settings of a person that cover all of their stores. Their URLs have no store.
ACCOUNT_PAGES = ("account.notifications", "api_keys.index", "endpoints.index")


def store_tabs(store: Store) -> list[Tab]:
    """Return text, URL and aria-current of the tabs in the first row."""
    shown = request.endpoint or ""
    found = section_of(STORE_SECTIONS, shown)
    return [
        (
            section.text,
            url_for(section.landing.endpoint, store_id=store.id),
            section.current(shown) if found and found[0] is section else "",
        )
        for section in STORE_SECTIONS
    ]


def store_subtabs(store: Store) -> list[Tab]:
    """Return the tabs in the second row, without those that the visitor may not open."""
    shown = request.endpoint or ""
    found = section_of(STORE_SECTIONS, shown)
    if found is None or len(found[0].pages) == 1:
        return []
    section, current = found
    tabs = [
        (page.text, _url(page, store), page.current(shown) if page is current else "")
        for page in section.pages
        if not (page.endpoint in ACCOUNT_PAGES and is_viewed_by_operator(store))
    ]
    return [tab for tab in tabs if is_permitted(tab[1])]


def store_section_name(store: Store) -> Text:
    """Return the name of the section that the second row of tabs belongs to."""
    found = section_of(STORE_SECTIONS, request.endpoint or "")
    return found[0].text if found else store.name


def _url(page: Page, store: Store) -> str:
    if page.endpoint in ACCOUNT_PAGES:
        return url_for(page.endpoint)
    return url_for(page.endpoint, store_id=store.id)
