from typing import Literal

ProductType = Literal["custom_price", "gift_card", "physical", "subscription", "virtual"]

PRODUCT_TYPE_VALUES: set[ProductType] = {
    "custom_price",
    "gift_card",
    "physical",
    "subscription",
    "virtual",
}


def check_product_type(value: str) -> ProductType:
    if value in PRODUCT_TYPE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {PRODUCT_TYPE_VALUES!r}")
