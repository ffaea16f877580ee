"""Labels of the orders and filters of the list of customers."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal.models import Resource
from portal.services.records.record_lists import CUSTOMER_LIST
from portal.web.record_list import FilterLabels, ListLabels

CUSTOMER_LIST_LABELS = ListLabels(
    CUSTOMER_LIST,
    Resource.CUSTOMERS,
    {"newest": _l("Newest"), "name": _l("Name"), "-orders": _l("Most orders")},
    [
        FilterLabels("marketing", _l("Accepts marketing"), {"yes": _l("Yes"), "no": _l("No")}),
        FilterLabels(
            "orders", _l("Orders"), {"yes": _l("Has ordered"), "no": _l("Hasn't ordered yet")}
        ),
    ],
)
