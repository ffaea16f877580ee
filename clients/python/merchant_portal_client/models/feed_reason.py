from typing import Literal

FeedReason = Literal["entered_selection", "left_selection"]

FEED_REASON_VALUES: set[FeedReason] = {
    "entered_selection",
    "left_selection",
}


def check_feed_reason(value: str) -> FeedReason:
    if value in FEED_REASON_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {FEED_REASON_VALUES!r}")
