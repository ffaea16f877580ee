"""Labels of a store's health, and of the order and the columns of the list of all stores."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal.rules.connection.health_word import HealthWord
from portal.services.operator.store_list import StoreOrder
from portal.web.label import Label, Text

HEALTH_WORDS: dict[str, Label] = {
    HealthWord.RECONNECT: Label(_l("Reconnect needed"), "bad"),
    HealthWord.ACTION_REQUIRED: Label(_l("Permissions missing"), "bad"),
    HealthWord.PLAN_BLOCKED: Label(_l("Plan upgrade needed"), "bad"),
    HealthWord.SUSPENDED: Label(_l("Suspended in Ecwid"), "bad"),
    HealthWord.FAILING: Label(_l("Sync failing"), "bad"),
    HealthWord.LATE: Label(_l("Sync late"), "warn"),
    HealthWord.WEBHOOKS_SILENT: Label(_l("Webhooks not arriving"), "warn"),
    HealthWord.PAUSED: Label(_l("Sync paused"), "warn"),
    HealthWord.CLOSED: Label(_l("Storefront closed"), "warn"),
    HealthWord.UNREADABLE: Label(_l("Unreadable records"), "warn"),
    HealthWord.CONNECTING: Label(_l("Connecting"), "info"),
    HealthWord.FIRST_COPY: Label(_l("Initial import"), "info"),
    HealthWord.IN_SYNC: Label(_l("In sync"), "good"),
    HealthWord.DISCONNECTED: Label(_l("Disconnected"), "plain"),
}
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
