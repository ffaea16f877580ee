from typing import Literal

OrderUpdateEventType = Literal["order_update.conflict", "order_update.failed", "order_update.sent"]

ORDER_UPDATE_EVENT_TYPE_VALUES: set[OrderUpdateEventType] = {
    "order_update.conflict",
    "order_update.failed",
    "order_update.sent",
}


def check_order_update_event_type(value: str) -> OrderUpdateEventType:
    if value in ORDER_UPDATE_EVENT_TYPE_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {ORDER_UPDATE_EVENT_TYPE_VALUES!r}"
    )
