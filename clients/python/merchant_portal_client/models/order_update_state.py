from typing import Literal

OrderUpdateState = Literal["conflict", "dropped", "failed", "sent", "unchanged", "waiting"]

ORDER_UPDATE_STATE_VALUES: set[OrderUpdateState] = {
    "conflict",
    "dropped",
    "failed",
    "sent",
    "unchanged",
    "waiting",
}


def check_order_update_state(value: str) -> OrderUpdateState:
    if value in ORDER_UPDATE_STATE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {ORDER_UPDATE_STATE_VALUES!r}")
