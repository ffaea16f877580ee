from typing import Literal

RecordEventType = Literal[
    "order.created",
    "order.deleted",
    "order.updated",
    "product.created",
    "product.deleted",
    "product.updated",
]

RECORD_EVENT_TYPE_VALUES: set[RecordEventType] = {
    "order.created",
    "order.deleted",
    "order.updated",
    "product.created",
    "product.deleted",
    "product.updated",
}


def check_record_event_type(value: str) -> RecordEventType:
    if value in RECORD_EVENT_TYPE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {RECORD_EVENT_TYPE_VALUES!r}")
