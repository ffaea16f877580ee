"""Access checks of the pages about one store."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import abort, g
from flask.typing import ResponseReturnValue

from portal.models import Membership, Role, Store
from portal.web.login import signed_in_merchant

View = Callable[..., ResponseReturnValue]


def get_store_or_404(store_id: int) -> Store:
    """Return a store of the signed-in merchant; respond with 404 to everybody else (promise 9)."""
    membership = Membership.with_store(signed_in_merchant(), store_id)
    if membership is None:
        abort(404)
    g.store_role = store_id, Role(membership.role)
    store: Store = membership.store
    return store


def is_owner_of(store: Store) -> bool:
    """Return whether the signed-in merchant owns the store that `get_store_or_404` returned.

    The role was read together with the store.
    """
    is_owner: bool = g.store_role == (store.id, Role.OWNER)
    return is_owner


def get_owned_store_or_404(store_id: int) -> Store:
    """Return a store to its owner; respond with 403 to its staff and with 404 to everybody else."""
    store = get_store_or_404(store_id)
    if not is_owner_of(store):
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
