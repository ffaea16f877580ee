from typing import Literal

ListCustomersSort = Literal["-created_at", "-id", "-updated_at", "created_at", "id", "updated_at"]

LIST_CUSTOMERS_SORT_VALUES: set[ListCustomersSort] = {
    "-created_at",
    "-id",
    "-updated_at",
    "created_at",
    "id",
    "updated_at",
}


def check_list_customers_sort(value: str) -> ListCustomersSort:
    if value in LIST_CUSTOMERS_SORT_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LIST_CUSTOMERS_SORT_VALUES!r}")
