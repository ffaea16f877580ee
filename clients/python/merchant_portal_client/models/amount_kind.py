from typing import Literal

AmountKind = Literal[
    "coupon",
    "gift_card",
    "group_discount",
    "handling_fee",
    "items",
    "promotion",
    "rounding",
    "shipping",
    "shipping_discount",
    "surcharge",
    "tax",
    "tax_exemption",
    "tip",
    "unexplained",
    "volume_and_group_discount",
    "volume_discount",
]

AMOUNT_KIND_VALUES: set[AmountKind] = {
    "coupon",
    "gift_card",
    "group_discount",
    "handling_fee",
    "items",
    "promotion",
    "rounding",
    "shipping",
    "shipping_discount",
    "surcharge",
    "tax",
    "tax_exemption",
    "tip",
    "unexplained",
    "volume_and_group_discount",
    "volume_discount",
}


def check_amount_kind(value: str) -> AmountKind:
    if value in AMOUNT_KIND_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {AMOUNT_KIND_VALUES!r}")
