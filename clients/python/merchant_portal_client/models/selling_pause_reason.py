from typing import Literal

SellingPauseReason = Literal["other", "price_check", "stock_check", "time_off", "too_many_orders"]

SELLING_PAUSE_REASON_VALUES: set[SellingPauseReason] = {
    "other",
    "price_check",
    "stock_check",
    "time_off",
    "too_many_orders",
}


def check_selling_pause_reason(value: str) -> SellingPauseReason:
    if value in SELLING_PAUSE_REASON_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {SELLING_PAUSE_REASON_VALUES!r}")
