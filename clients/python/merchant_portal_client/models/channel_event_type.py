from typing import Literal

ChannelEventType = Literal[
    "channel.consented",
    "channel.narrowed",
    "channel.paused",
    "channel.resumed",
    "channel.revoked",
    "channel.selling_paused",
    "channel.selling_resumed",
    "channel.stock_buffer_changed",
]

CHANNEL_EVENT_TYPE_VALUES: set[ChannelEventType] = {
    "channel.consented",
    "channel.narrowed",
    "channel.paused",
    "channel.resumed",
    "channel.revoked",
    "channel.selling_paused",
    "channel.selling_resumed",
    "channel.stock_buffer_changed",
}


def check_channel_event_type(value: str) -> ChannelEventType:
    if value in CHANNEL_EVENT_TYPE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CHANNEL_EVENT_TYPE_VALUES!r}")
