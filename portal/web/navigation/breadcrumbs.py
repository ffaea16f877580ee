"""Breadcrumb of each page: links to the pages above it, outermost first."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, request, url_for
from flask_babel import lazy_gettext as _l

from portal.models import Store
from portal.web.label import Text
from portal.web.navigation.sections import section_of
from portal.web.navigation.store_sections import STORE_SECTIONS
from portal.web.operator.navigation import OPERATOR_SECTIONS
from portal.web.stores.access import is_viewed_by_operator

# Page above a page that no tab has, or that another page of its tab leads to.
PARENTS = {
    "stores.token_form": "stores.reconnect",
    "stores.confirm_erase": "stores.confirm_disconnect",
    "stores.erase": "stores.confirm_disconnect",
    "orders.submission": "orders.submissions",
    "events.replay": "events.replays",
    "events.confirm_replay": "events.index",
    "sync.confirm_retry_all": "sync.quarantine",
    "channels.catalog_list": "channels.catalog",
    "connect.custom_app_form": "connect.index",
    "connect.confirm": "connect.index",
    "account.passkey": "account.passkeys",
    "account.account_changes": "account.security_activity",
    "endpoints.delivery": "endpoints.show",
    "endpoints.delivery_progress": "endpoints.show",
    "endpoints.confirm_replay": "endpoints.show",
    "endpoints.confirm_deletion": "endpoints.show",
    "endpoints.edit": "endpoints.show",
    "operator.show_bulk_action": "operator.bulk_action_list",
}
# Page above the other pages of a blueprint.
INDEXES = {
    "connect": "stores.index",
    "account": "account.index",
    "api_keys": "api_keys.index",
    "endpoints": "endpoints.index",
}
NAMES: dict[str, Text] = {
    "stores.index": _l("Stores"),
    "stores.reconnect": _l("Reconnect"),
    "stores.confirm_disconnect": _l("Disconnect"),
    "orders.submissions": _l("Orders placed here"),
    "events.replays": _l("Replays"),
    "sync.quarantine": _l("Unreadable records"),
    "channels.catalog": _l("Channel catalog"),
    "connect.index": _l("Connect a store"),
    "account.index": _l("Account"),
    "account.passkeys": _l("Passkeys"),
    "account.security_activity": _l("Security activity"),
    "api_keys.index": _l("API keys"),
    "endpoints.index": _l("Webhooks"),
    "endpoints.show": _l("Endpoint"),
    "operator.stores": _l("All stores"),
    "operator.bulk_action_list": _l("Bulk actions"),
}


@dataclass(frozen=True)
class Crumb:
    """Link to a page above the current one; ``is_store`` if that is a store's overview."""

    text: Text
    url: str
    is_store: bool


def breadcrumbs(store: Store | None = None) -> list[Crumb]:
    """Return the links to the pages above this one; ``store`` is that of a store's page."""
    crumbs: list[Crumb] = []
    endpoint = _parent(request.endpoint or "", store)
    while endpoint:
        crumbs.insert(0, Crumb(_text(endpoint, store), _url(endpoint), endpoint == "stores.show"))
        endpoint = _parent(endpoint, store)
    return crumbs


def _parent(endpoint: str, store: Store | None) -> str:
    """Return the endpoint of the page above, or nothing if there is none."""
    if endpoint in PARENTS:
        return PARENTS[endpoint]
    if store is not None:
        return _store_parent(endpoint, store)
    found = section_of(OPERATOR_SECTIONS, endpoint)
    if found is not None:
        section, page = found
        above = (page.endpoint, section.landing.endpoint, OPERATOR_SECTIONS[0].landing.endpoint)
        return next((each for each in above if each != endpoint), "")
    index = INDEXES.get(endpoint.partition(".")[0], "")
    return index if index != endpoint else ""


def _store_parent(endpoint: str, store: Store) -> str:
    if endpoint == "stores.show":
        return "operator.stores" if is_viewed_by_operator(store) else "stores.index"
    if endpoint in ("stores.index", "operator.stores"):
        return ""
    found = section_of(STORE_SECTIONS, endpoint)
    above = (found[1].endpoint, found[0].landing.endpoint) if found else ()
    return next((each for each in above if each != endpoint), "stores.show")


def _text(endpoint: str, store: Store | None) -> Text:
    if endpoint == "stores.show" and store is not None:
        return store.name
    if endpoint in NAMES:
        return NAMES[endpoint]
    found = section_of(STORE_SECTIONS if store else OPERATOR_SECTIONS, endpoint)
    if found is None:
        raise LookupError(f"add the name of {endpoint} to NAMES")
    section, page = found
    return section.text if page is section.landing else page.text


def _url(endpoint: str) -> str:
    """Return the URL of a page above this one, whose variables this page's URL has, too."""
    rule = next(current_app.url_map.iter_rules(endpoint))
    values = request.view_args or {}
    return url_for(endpoint, **{name: values[name] for name in rule.arguments})
