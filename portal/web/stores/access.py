"""Find the store that a page is about, among those of the signed-in merchant."""

from __future__ import annotations

from flask import abort

from portal.models import Membership, Role, Store
from portal.web.login import signed_in_merchant


def my_store(store_id: int) -> Store:
    """Return the store; answer 404 to strangers, as if it didn't exist (promise 9)."""
    store = Membership.store_of(signed_in_merchant(), store_id)
    if store is None:
        abort(404)
    return store


def my_own_store(store_id: int) -> Store:
    """Return the store to its owner; 403 to staff, who know that it exists, 404 to strangers."""
    store = my_store(store_id)
    if Membership.role_of(signed_in_merchant(), store.id) is not Role.OWNER:
        abort(403)
    return store
