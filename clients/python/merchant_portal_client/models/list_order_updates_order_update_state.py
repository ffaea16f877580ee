from typing import Literal

ListOrderUpdatesOrderUpdateState = Literal[
    "conflict", "dropped", "failed", "sent", "unchanged", "waiting"
]

LIST_ORDER_UPDATES_ORDER_UPDATE_STATE_VALUES: set[ListOrderUpdatesOrderUpdateState] = {
    "conflict",
    "dropped",
    "failed",
    "sent",
    "unchanged",
    "waiting",
}


def check_list_order_updates_order_update_state(value: str) -> ListOrderUpdatesOrderUpdateState:
    if value in LIST_ORDER_UPDATES_ORDER_UPDATE_STATE_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {LIST_ORDER_UPDATES_ORDER_UPDATE_STATE_VALUES!r}"
    )
