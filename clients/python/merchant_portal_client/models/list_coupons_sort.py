from typing import Literal

ListCouponsSort = Literal["-id", "-updated_at", "id", "updated_at"]

LIST_COUPONS_SORT_VALUES: set[ListCouponsSort] = {
    "-id",
    "-updated_at",
    "id",
    "updated_at",
}


def check_list_coupons_sort(value: str) -> ListCouponsSort:
    if value in LIST_COUPONS_SORT_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LIST_COUPONS_SORT_VALUES!r}")
