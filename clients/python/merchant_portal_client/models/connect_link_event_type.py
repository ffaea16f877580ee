from typing import Literal

ConnectLinkEventType = Literal[
    "connect_link.completed", "connect_link.expired", "connect_link.refused"
]

CONNECT_LINK_EVENT_TYPE_VALUES: set[ConnectLinkEventType] = {
    "connect_link.completed",
    "connect_link.expired",
    "connect_link.refused",
}


def check_connect_link_event_type(value: str) -> ConnectLinkEventType:
    if value in CONNECT_LINK_EVENT_TYPE_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {CONNECT_LINK_EVENT_TYPE_VALUES!r}"
    )
