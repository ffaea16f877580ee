"""Find the store that a page is about, among those of the signed-in merchant."""

from __future__ import annotations

from flask import abort

from portal.models import Membership, Store
from portal.web.login import signed_in_merchant


def my_store(store_id: int) -> Store:
    """Return the store; answer 404 to strangers, as if it didn't exist (promise 9)."""
    store = Membership.store_of(signed_in_merchant(), store_id)
    if store is None:
        abort(404)
    return store
