from typing import Literal

StoreEventType = Literal[
    "store.connected",
    "store.disconnected",
    "store.first_import_completed",
    "store.needs_attention",
    "store.recovered",
]

STORE_EVENT_TYPE_VALUES: set[StoreEventType] = {
    "store.connected",
    "store.disconnected",
    "store.first_import_completed",
    "store.needs_attention",
    "store.recovered",
}


def check_store_event_type(value: str) -> StoreEventType:
    if value in STORE_EVENT_TYPE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {STORE_EVENT_TYPE_VALUES!r}")
