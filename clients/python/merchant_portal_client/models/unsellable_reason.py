from typing import Literal

UnsellableReason = Literal[
    "gift_card",
    "no_image",
    "option_needs_file",
    "option_unsupported",
    "out_of_stock",
    "price_missing",
    "price_set_by_customer",
    "price_zero",
    "product_disabled",
    "selling_paused",
    "subscription_only",
    "weight_missing",
]

UNSELLABLE_REASON_VALUES: set[UnsellableReason] = {
    "gift_card",
    "no_image",
    "option_needs_file",
    "option_unsupported",
    "out_of_stock",
    "price_missing",
    "price_set_by_customer",
    "price_zero",
    "product_disabled",
    "selling_paused",
    "subscription_only",
    "weight_missing",
}


def check_unsellable_reason(value: str) -> UnsellableReason:
    if value in UNSELLABLE_REASON_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {UNSELLABLE_REASON_VALUES!r}")
