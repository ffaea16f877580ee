"""Labels of the reasons why a channel can't sell a product."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.rules.records.sellable import UnsellableReason

REASON_LABELS: Mapping[UnsellableReason, LazyString] = {
    UnsellableReason.SELLING_PAUSED: _l("Selling is paused."),
    UnsellableReason.PRODUCT_DISABLED: _l("It is hidden in the store."),
    UnsellableReason.GIFT_CARD: _l("Gift cards are sold in the store only."),
    UnsellableReason.SUBSCRIPTION_ONLY: _l("It is sold by subscription only."),
    UnsellableReason.PRICE_SET_BY_CUSTOMER: _l("Customers choose its price."),
    UnsellableReason.OPTION_NEEDS_FILE: _l("Customers have to upload a file."),
    UnsellableReason.OPTION_UNSUPPORTED: _l("It has an option that can't be ordered."),
    UnsellableReason.PRICE_MISSING: _l("It has no price."),
    UnsellableReason.PRICE_ZERO: _l("Its price is 0."),
    UnsellableReason.OUT_OF_STOCK: _l("It is out of stock."),
    UnsellableReason.NO_IMAGE: _l("It has no image."),
    UnsellableReason.WEIGHT_MISSING: _l("It has no weight, but has to be shipped."),
}
