"""Access checks of the pages about one store."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import abort
from flask.typing import ResponseReturnValue

from portal.models import Membership, Role, Store
from portal.web.login import signed_in_merchant

View = Callable[..., ResponseReturnValue]


def get_store_or_404(store_id: int) -> Store:
    """Return a store of the signed-in merchant; respond with 404 to everybody else (promise 9)."""
    store = Membership.store_of(signed_in_merchant(), store_id)
    if store is None:
        abort(404)
    return store


def get_owned_store_or_404(store_id: int) -> Store:
    """Return a store to its owner; respond with 403 to its staff and with 404 to everybody else."""
    store = get_store_or_404(store_id)
    if Membership.role_of(signed_in_merchant(), store.id) is not Role.OWNER:
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

    return checked
