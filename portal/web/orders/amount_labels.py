"""Names of an order's amounts, as a template filter."""

from __future__ import annotations

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from portal.i18n import format_message
from portal.rules.orders.order_amounts import AmountKind, AmountLine
from portal.web.label import Text
from portal.web.orders.blueprint import blueprint

TITLES: dict[AmountKind, Text] = {
    AmountKind.SUBTOTAL: _l("Subtotal"),
    AmountKind.COUPON: _l("Coupon"),
    AmountKind.VOLUME_DISCOUNT: _l("Discount for the order's value"),
    AmountKind.GROUP_DISCOUNT: _l("Discount for the customer group"),
    AmountKind.VOLUME_AND_GROUP_DISCOUNT: _l("Discount for order value and customer group"),
    AmountKind.PROMOTION: _l("Promotion"),
    AmountKind.SHIPPING: _l("Shipping"),
    AmountKind.HANDLING_FEE: _l("Handling fee"),
    AmountKind.SURCHARGE: _l("Surcharge"),
    AmountKind.TIP: _l("Tip"),
    AmountKind.TAX: _l("Tax"),
    AmountKind.SHIPPING_DISCOUNT: _l("Discount on shipping"),
    AmountKind.TAX_EXEMPTION: _l("Tax that this customer doesn't pay"),
    AmountKind.ROUNDING: _l("Rounding"),
    AmountKind.OTHER: _l("Other adjustments, not itemized by the store"),
    AmountKind.GIFT_CARD: _l("Paid by gift card"),
}


@blueprint.app_template_filter("amount_title")
def amount_title(line: AmountLine) -> str:
    """Return what an amount is, with the store's own name of it."""
    title = str(TITLES[line.kind])
    if not line.name:
        return title
    return format_message(gettext("%(title)s: %(name)s"), {"title": title, "name": line.name})
