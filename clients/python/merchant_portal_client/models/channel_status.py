from typing import Literal

ChannelStatus = Literal["active", "closed", "paused"]

CHANNEL_STATUS_VALUES: set[ChannelStatus] = {
    "active",
    "closed",
    "paused",
}


def check_channel_status(value: str) -> ChannelStatus:
    if value in CHANNEL_STATUS_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CHANNEL_STATUS_VALUES!r}")
