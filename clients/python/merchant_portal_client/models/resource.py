from typing import Literal

Resource = Literal["categories", "customers", "discount_coupons", "orders", "products"]

RESOURCE_VALUES: set[Resource] = {
    "categories",
    "customers",
    "discount_coupons",
    "orders",
    "products",
}


def check_resource(value: str) -> Resource:
    if value in RESOURCE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {RESOURCE_VALUES!r}")
