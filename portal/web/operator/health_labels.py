"""Labels of failures, and of the order and the columns of the list of all stores."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal.services.operator.store_list import StoreOrder
from portal.web.label import Text

FAILING_LABELS: dict[str, Text] = {
    "orders": _l("Failing orders"),
    "events": _l("Failed events"),
    "records": _l("Unreadable records"),
}
ORDER_LABELS: dict[StoreOrder, Text] = {
    StoreOrder.TROUBLE: _l("Most problems first"),
    StoreOrder.NAME: _l("Name"),
    StoreOrder.CONNECTED: _l("Recently connected first"),
    StoreOrder.CHANGED: _l("Recently changed first"),
    StoreOrder.EVENTS: _l("Most failed events first"),
    StoreOrder.ORDERS: _l("Most failing orders first"),
    StoreOrder.ISSUES: _l("Most open issues first"),
}
# Columns that an operator may choose beside the store and its health, in their order.
COLUMNS: dict[str, Text] = {
    "plan": _l("Plan"),
    "freshness": _l("Last check"),
    "issues": _l("Open issues"),
    "events": _l("Failed events"),
    "orders": _l("Failing orders"),
    "changed": _l("Last change"),
    "owner": _l("Merchant"),
    "connected": _l("Connected"),
}
# Shown below the store's name, because an address needs its width.
BELOW_NAME = "owner"
DEFAULT_COLUMNS = frozenset(COLUMNS) - {"connected"}
# Short headings of the columns of numbers.
NUMBER_HEADINGS: dict[str, Text] = {
    "issues": _l("Issues"),
    "events": _l("Events"),
    "orders": _l("Orders"),
}
