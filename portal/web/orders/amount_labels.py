"""Names of an order's amounts, as a template filter."""

from __future__ import annotations

from decimal import Decimal

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from portal.i18n import format_message
from portal.models import OrderItem
from portal.rules.orders.calculations import TaxLine
from portal.rules.orders.named_amounts import AmountKind, NamedAmount
from portal.web.label import Text
from portal.web.orders.blueprint import blueprint

TITLES: dict[AmountKind, Text] = {
    AmountKind.ITEMS: _l("Items"),
    AmountKind.COUPON: _l("Coupon"),
    AmountKind.VOLUME_DISCOUNT: _l("Volume discount"),
    AmountKind.GROUP_DISCOUNT: _l("Customer group discount"),
    AmountKind.VOLUME_AND_GROUP_DISCOUNT: _l("Volume and customer group discount"),
    AmountKind.PROMOTION: _l("Promotion"),
    AmountKind.HANDLING_FEE: _l("Handling fee"),
    AmountKind.SURCHARGE: _l("Surcharge"),
    AmountKind.SHIPPING: _l("Shipping"),
    AmountKind.SHIPPING_DISCOUNT: _l("Shipping discount"),
    AmountKind.TAX: _l("Tax"),
    AmountKind.TAX_EXEMPTION: _l("Tax exemption"),
    AmountKind.TIP: _l("Tip"),
    AmountKind.ROUNDING: _l("Rounding"),
    AmountKind.UNEXPLAINED: _l("Other adjustments"),
    AmountKind.GIFT_CARD: _l("Paid by gift card"),
}


@blueprint.app_template_filter("amount_title")
def amount_title(part: NamedAmount) -> str:
    """Return what an amount is, with the store's own name of it."""
    return _titled(TITLES[part.kind], part.name)


@blueprint.app_template_filter("tax_title")
def tax_title(tax: TaxLine) -> str:
    """Return the title of a tax, with the store's own name of it."""
    return _titled(TITLES[AmountKind.TAX], tax.name)


@blueprint.app_template_filter("line_total")
def line_total(item: OrderItem) -> Decimal | None:
    """Return price times quantity of an item, before coupons; None if either is unknown."""
    if item.price is None or item.quantity is None:
        return None
    return Decimal(item.price) * item.quantity


def _titled(title: Text, name: str) -> str:
    # Stores often name a tip just "Tip".
    if not name or name.casefold() == str(title).casefold():
        return str(title)
    return format_message(gettext("%(title)s: %(name)s"), {"title": str(title), "name": name})
