"""Options of an export in the URL of its download: those of the list, and of the file."""

from __future__ import annotations

from dataclasses import replace

from flask import request

from portal.services.records.export_options import ExportOptions
from portal.services.records.export_records import EXPORTS
from portal.services.records.record_lists import LISTS
from portal.services.records.record_views import ORDERS
from portal.web.orders.filter_form import read_order_filter
from portal.web.record_list import wanted_conditions


def chosen_options(name: str) -> ExportOptions:
    """Return the options that the URL has for an export of this name."""
    options = ExportOptions(has_bom="bom" in request.args, has_item_rows="items" in request.args)
    view = EXPORTS[name]
    if view.name == ORDERS.name:
        form = read_order_filter(request.args)
        if not form.arguments:
            return options
        return replace(options, orders=form.wanted, order_sort=form.sort)
    listed = LISTS.get(view.name)
    if listed is None or not {"q", "sort", *listed.filters}.intersection(request.args):
        return options
    return replace(options, listed=wanted_conditions(listed))
