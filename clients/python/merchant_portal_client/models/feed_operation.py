from typing import Literal

FeedOperation = Literal["created", "deleted", "erased", "updated"]

FEED_OPERATION_VALUES: set[FeedOperation] = {
    "created",
    "deleted",
    "erased",
    "updated",
}


def check_feed_operation(value: str) -> FeedOperation:
    if value in FEED_OPERATION_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {FEED_OPERATION_VALUES!r}")
