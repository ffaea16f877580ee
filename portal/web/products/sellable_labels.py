"""Labels of the reasons why a channel can't sell a product."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.rules.records.sellable import UnsellableReason

REASON_LABELS: Mapping[UnsellableReason, LazyString] = {
    UnsellableReason.SELLING_PAUSED: _l("Selling is paused."),
    UnsellableReason.PRODUCT_DISABLED: _l("The product is hidden in the store."),
    UnsellableReason.GIFT_CARD: _l("Gift cards can only be bought in the store."),
    UnsellableReason.SUBSCRIPTION_ONLY: _l("The product is sold by subscription only."),
    UnsellableReason.PRICE_SET_BY_CUSTOMER: _l("Customers choose the price."),
    UnsellableReason.OPTION_NEEDS_FILE: _l("Customers must upload a file."),
    UnsellableReason.OPTION_UNSUPPORTED: _l("An option of the product can't be ordered here."),
    UnsellableReason.PRICE_MISSING: _l("The product has no price."),
    UnsellableReason.PRICE_ZERO: _l("The price is 0."),
    UnsellableReason.OUT_OF_STOCK: _l("The product is out of stock."),
    UnsellableReason.NO_IMAGE: _l("The product has no image."),
    UnsellableReason.WEIGHT_MISSING: _l("The product must be shipped but has no weight."),
}

# The same as values of a filter.
REASON_FILTER_LABELS: Mapping[str, LazyString] = {
    UnsellableReason.PRODUCT_DISABLED: _l("Can't be sold: hidden"),
    UnsellableReason.OUT_OF_STOCK: _l("Can't be sold: out of stock"),
    UnsellableReason.PRICE_MISSING: _l("Can't be sold: no price"),
    UnsellableReason.PRICE_ZERO: _l("Can't be sold: price is 0"),
    UnsellableReason.NO_IMAGE: _l("Can't be sold: no image"),
    UnsellableReason.WEIGHT_MISSING: _l("Can't be sold: no weight"),
    UnsellableReason.OPTION_UNSUPPORTED: _l("Can't be sold: unsupported option"),
    UnsellableReason.OPTION_NEEDS_FILE: _l("Can't be sold: file upload required"),
    UnsellableReason.PRICE_SET_BY_CUSTOMER: _l("Can't be sold: customers choose the price"),
    UnsellableReason.SUBSCRIPTION_ONLY: _l("Can't be sold: subscription only"),
    UnsellableReason.GIFT_CARD: _l("Can't be sold: gift card"),
}
