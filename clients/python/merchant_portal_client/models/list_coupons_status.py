from typing import Literal

ListCouponsStatus = Literal["ACTIVE", "EXPIRED", "PAUSED", "USEDUP"]

LIST_COUPONS_STATUS_VALUES: set[ListCouponsStatus] = {
    "ACTIVE",
    "EXPIRED",
    "PAUSED",
    "USEDUP",
}


def check_list_coupons_status(value: str) -> ListCouponsStatus:
    if value in LIST_COUPONS_STATUS_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LIST_COUPONS_STATUS_VALUES!r}")
