from typing import Literal

FeedResource = Literal[
    "categories", "coupons", "customers", "orders", "products", "stores", "variations"
]

FEED_RESOURCE_VALUES: set[FeedResource] = {
    "categories",
    "coupons",
    "customers",
    "orders",
    "products",
    "stores",
    "variations",
}


def check_feed_resource(value: str) -> FeedResource:
    if value in FEED_RESOURCE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {FEED_RESOURCE_VALUES!r}")
