from typing import Literal

ListChangesFeedResource = Literal[
    "categories", "coupons", "customers", "orders", "products", "stores", "variations"
]

LIST_CHANGES_FEED_RESOURCE_VALUES: set[ListChangesFeedResource] = {
    "categories",
    "coupons",
    "customers",
    "orders",
    "products",
    "stores",
    "variations",
}


def check_list_changes_feed_resource(value: str) -> ListChangesFeedResource:
    if value in LIST_CHANGES_FEED_RESOURCE_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {LIST_CHANGES_FEED_RESOURCE_VALUES!r}"
    )
