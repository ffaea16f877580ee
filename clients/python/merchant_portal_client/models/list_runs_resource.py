from typing import Literal

ListRunsResource = Literal["categories", "customers", "discount_coupons", "orders", "products"]

LIST_RUNS_RESOURCE_VALUES: set[ListRunsResource] = {
    "categories",
    "customers",
    "discount_coupons",
    "orders",
    "products",
}


def check_list_runs_resource(value: str) -> ListRunsResource:
    if value in LIST_RUNS_RESOURCE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LIST_RUNS_RESOURCE_VALUES!r}")
