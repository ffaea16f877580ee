from typing import Literal

PauseOrResumeResourceResource = Literal[
    "categories", "customers", "discount_coupons", "orders", "products"
]

PAUSE_OR_RESUME_RESOURCE_RESOURCE_VALUES: set[PauseOrResumeResourceResource] = {
    "categories",
    "customers",
    "discount_coupons",
    "orders",
    "products",
}


def check_pause_or_resume_resource_resource(value: str) -> PauseOrResumeResourceResource:
    if value in PAUSE_OR_RESUME_RESOURCE_RESOURCE_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {PAUSE_OR_RESUME_RESOURCE_RESOURCE_VALUES!r}"
    )
