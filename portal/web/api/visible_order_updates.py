"""Parts of order updates that the calling key may read.

A key without `read_orders` sees the updates of its own channel, and of the store's values only the
statuses, which it has to name to change them.
"""

from __future__ import annotations

import msgspec

from portal.models import Store
from portal.rules.api_keys.key_scopes import KeyScope
from portal.rules.orders.order_notes import OrderNotes
from portal.services.orders.order_updates import OrderUpdateView, find_update
from portal.web.api.authentication import may_use
from portal.web.api.order_writes import readable_values, sender
from portal.web.api.problems import ProblemError
from portal.web.api.submission_schemas import OrderUpdate

NOTED = ("parcels", "refund")
# Fields with values of the store, which the sender needn't have sent.
_STORE_VALUES = ("expected", "remote")


def visible_sender() -> str | None:
    """Return the sender whose updates the calling key may read; None for those of all senders."""
    return None if may_use(KeyScope.READ_ORDERS) else sender().name


def find_visible_update(store: Store, update_id: int) -> OrderUpdateView | None:
    """Return an update that the calling key may read, or None."""
    view, only_of = find_update(store.id, update_id), visible_sender()
    return None if view is None or only_of not in (None, view.sender) else view


def visible_update_or_404(store: Store, update_id: int) -> OrderUpdateView:
    """Return an update that the calling key may read; respond with 404 if there is none."""
    view = find_visible_update(store, update_id)
    if view is None:
        raise ProblemError("not_found", "The store has no order update with this ID.")
    return view


def update_schema(view: OrderUpdateView) -> OrderUpdate:
    """Return an update as the API's struct, without values that the calling key may not read."""
    noted = msgspec.convert(view.notes or {}, OrderNotes, strict=False)
    names = (name for name in OrderUpdate.__struct_fields__ if name not in NOTED)
    values = {name: getattr(view, name) for name in names}
    for name in _STORE_VALUES:
        values[name] = None if values[name] is None else readable_values(values[name])
    return OrderUpdate(
        parcels=None if noted.parcels is None else list(noted.parcels),
        refund=noted.refund,
        **values,
    )
