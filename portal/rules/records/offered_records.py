"""Stored products and variations as one channel may sell them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.rules.orders.sale_terms import SaleTerms
from portal.rules.records.json_values import Json, parts, whole
from portal.rules.records.sellable import UnsellableReason

SELLABLE = "sellable"


def offered_record(record: Json, terms: SaleTerms) -> Json:
    """Return a product or a variation with the quantities that the channel may sell.

    The variations of a product are changed, too.
    """
    if not terms.stock_buffer:
        return record
    changed: dict[str, Any] = {}
    if (quantity := whole(record.get("quantity"))) is not None:
        changed["quantity"] = terms.left(quantity)
    if variations := parts(record.get("combinations")):
        changed["combinations"] = [offered_record(each, terms) for each in variations]
    return {**record, **changed}


def with_selling_pause(values: Mapping[str, Any], terms: SaleTerms) -> dict[str, Any]:
    """Return fields of a record; while selling is paused, this is a reason not to sell it."""
    found = dict(values)
    if terms.is_selling_paused and SELLABLE in found:
        reasons = [UnsellableReason.SELLING_PAUSED.value, *found[SELLABLE]["reasons"]]
        found[SELLABLE] = {"is_sellable": False, "reasons": reasons}
    return found
