"""Access checks of members and operators on the pages about one store.

`get_store_or_404` is the only way to a store. It compares the visitor's access with the audience of
the route, which a decorator declares. `is_permitted` gives templates the same answer, so a page has
no button that its visitor may not use.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Response, abort, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from portal.models import Membership, Merchant, Store
from portal.rules.accounts.security_event_kinds import SecurityEventKind
from portal.rules.accounts.store_access import (
    StoreAccess,
    StoreAudience,
    default_audience,
    is_admitted,
)
from portal.services.operator.support_views import may_poll, record_view
from portal.web.accounts.required_factor import (
    require_second_factor_of_member,
    require_second_factor_of_operator,
)
from portal.web.login import signed_in_merchant
from portal.web.security_events import note_security_event
from portal.web.stores.blueprint import blueprint
from portal.web.time_zones import show_times_of

View = Callable[..., ResponseReturnValue]
AnyView = TypeVar("AnyView", bound=Callable[..., Any])

_AUDIENCE, _IS_LIVE_PART = "store_audience", "is_live_part_of_store"


def _marker(name: str, value: object) -> Callable[[AnyView], AnyView]:
    """Return a decorator that sets an attribute, which decorators above it copy."""

    def mark(view: AnyView) -> AnyView:
        setattr(view, name, value)
        return view

    return mark


# Decorators of views: admins may act with this route, or only members may use it, or only those
# who may change the store.
admins_may_act = _marker(_AUDIENCE, StoreAudience.ACTING)
members_only = _marker(_AUDIENCE, StoreAudience.MEMBERS)
editors_only = _marker(_AUDIENCE, StoreAudience.EDITORS)
# Decorator of views that a page polls: they don't record a view of an operator.
live_part = _marker(_IS_LIVE_PART, value=True)


def get_store_or_404(store_id: int) -> Store:
    """Return a store to its members and to operators, as far as the route admits them.

    Responds with 404 to everyone else, as for an unknown store (promise 9), and with 403 to members
    and operators whom the route does not admit, or who need a second factor. An operator's view is
    recorded; without the record there is no page.
    """
    person = signed_in_merchant()
    found = _find(person, store_id)
    if found is None:
        note_security_event(SecurityEventKind.STORE_REFUSED, person, store_id=store_id)
        abort(404)
    store, access = found
    g.store_access = store_id, access
    show_times_of(store)
    view = current_app.view_functions[request.endpoint or ""]
    audience = _audience(view, request.method)
    if not is_admitted(access, audience):
        g.refused_audience = audience
        abort(403)
    if access.is_operator and request.method in ("GET", "HEAD"):
        _record(person, store, is_live_part=hasattr(view, _IS_LIVE_PART))
    return store


def access_to(store: Store) -> StoreAccess:
    """Return the visitor's access to the store that `get_store_or_404` returned."""
    store_id, access = g.store_access
    if store_id != store.id:
        raise LookupError(f"no access to store {store.id} was checked")
    found: StoreAccess = access
    return found


def is_owner_of(store: Store) -> bool:
    """Return whether the visitor owns the store that `get_store_or_404` returned."""
    return access_to(store) is StoreAccess.OWNER


def get_owned_store_or_404(store_id: int) -> Store:
    """Return a store to its owner; respond with 403 to others who see it and with 404 otherwise."""
    store = get_store_or_404(store_id)
    if not is_owner_of(store):
        g.refused_audience = StoreAudience.OWNER
        abort(403)
    return store


def owner_required(view: View) -> View:
    """Decorator that admits only the store's owner, as `get_owned_store_or_404` does.

    The view receives ``store`` in place of the URL's ``store_id``. Apply it below
    ``login_required``.
    """

    @wraps(view)
    def checked(store_id: int, **variables: Any) -> ResponseReturnValue:
        return view(store=get_owned_store_or_404(store_id), **variables)

    return _marker(_AUDIENCE, StoreAudience.OWNER)(checked)


@blueprint.app_template_global()
def is_viewed_by_operator(store: Store) -> bool:
    """Return whether the page of this store is shown to an operator who isn't its member."""
    return access_to(store).is_operator


@blueprint.app_template_global()
def is_permitted(url: str, method: str = "GET") -> bool:
    """Return whether the visitor may use this URL of the store whose page is rendered.

    True for all other URLs. Pages of other stores and of the account have their own checks.
    """
    store_id, access = g.get("store_access", (None, StoreAccess.OWNER))
    if access is StoreAccess.OWNER:
        return True
    path = urlsplit(url).path.removeprefix(request.script_root)
    if not url.startswith("/") or not path.startswith(f"/stores/{store_id}/"):
        return True
    adapter = current_app.create_url_adapter(request)
    try:
        endpoint, _variables = adapter.match(path, method)  # type: ignore[union-attr]
    except (HTTPException, RequestRedirect):
        return True
    return is_admitted(access, _audience(current_app.view_functions[endpoint], method))


def _find(person: Merchant, store_id: int) -> tuple[Store, StoreAccess] | None:
    membership = Membership.with_store(person, store_id)
    if membership is not None:
        require_second_factor_of_member(membership.store)
        return membership.store, StoreAccess(membership.role)
    if not person.is_operator:
        return None
    # Before the search, because the answer must not reveal which stores exist.
    require_second_factor_of_operator()
    store = Store.get_or_none(Store.id == store_id)
    if store is None:
        return None
    return store, StoreAccess.ADMIN if person.is_admin else StoreAccess.SUPPORT


def _audience(view: Callable[..., Any], method: str) -> StoreAudience:
    declared: StoreAudience = getattr(view, _AUDIENCE, default_audience(method))
    return declared


def _record(operator: Merchant, store: Store, *, is_live_part: bool) -> None:
    """Record the view of a page; a live part needs an earlier record, else the page is reloaded."""
    if not is_live_part:
        record_view(operator, store)
    elif not may_poll(operator, store):
        if request.headers.get("HX-Request"):
            abort(Response(status=204, headers={"HX-Refresh": "true"}))
        abort(redirect(url_for("stores.show", store_id=store.id), 303))
