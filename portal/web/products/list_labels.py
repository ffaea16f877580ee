"""Labels of the orders and filters of the list of products."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l

from portal.models import Resource
from portal.services.records.channel_catalog import CategoryChoice
from portal.services.records.record_lists import PRODUCT_LIST
from portal.web.products.sellable_labels import REASON_FILTER_LABELS
from portal.web.record_list import FilterLabels, ListLabels


def product_list_labels(categories: Sequence[CategoryChoice]) -> ListLabels:
    """Return the labels with these categories to choose from."""
    return ListLabels(
        PRODUCT_LIST,
        Resource.PRODUCTS,
        {
            "updated": _l("Last updated"),
            "name": _l("Name"),
            "price": _l("Price: low to high"),
            "-price": _l("Price: high to low"),
            "stock": _l("Stock: low to high"),
            "-stock": _l("Stock: high to low"),
        },
        [
            FilterLabels(
                "visibility",
                _l("Visibility"),
                {"visible": _l("Visible in the store"), "hidden": _l("Hidden in the store")},
            ),
            FilterLabels(
                "stock", _l("Stock"), {"available": _l("In stock"), "sold_out": _l("Sold out")}
            ),
            FilterLabels(
                "category",
                _l("Category"),
                {
                    str(each.id): f"{each.parent} / {each.name}" if each.parent else each.name
                    for each in categories
                },
            ),
            FilterLabels(
                "sellable",
                _l("Sales channels"),
                {"yes": _l("Can be sold"), "no": _l("Can't be sold"), **REASON_FILTER_LABELS},
            ),
        ],
    )
