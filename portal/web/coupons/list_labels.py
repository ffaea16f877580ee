"""Labels of the orders and filters of the list of coupons."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal.models import Resource
from portal.services.records.record_lists import COUPON_LIST
from portal.web.order_labels import COUPON_STATUSES
from portal.web.record_list import FilterLabels, ListLabels

COUPON_LIST_LABELS = ListLabels(
    COUPON_LIST,
    Resource.DISCOUNT_COUPONS,
    {"newest": _l("Last updated"), "name": _l("Code"), "-uses": _l("Most used")},
    [
        FilterLabels(
            "status",
            _l("Status"),
            {status: label.text for status, label in COUPON_STATUSES.items()},
        )
    ],
)
