from typing import Literal

ResolveOrderUpdateDecision = Literal["drop", "retry"]

RESOLVE_ORDER_UPDATE_DECISION_VALUES: set[ResolveOrderUpdateDecision] = {
    "drop",
    "retry",
}


def check_resolve_order_update_decision(value: str) -> ResolveOrderUpdateDecision:
    if value in RESOLVE_ORDER_UPDATE_DECISION_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {RESOLVE_ORDER_UPDATE_DECISION_VALUES!r}"
    )
