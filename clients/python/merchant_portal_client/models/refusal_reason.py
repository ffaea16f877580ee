from typing import Literal

RefusalReason = Literal["closed", "disconnected", "not_working", "paused", "selling_paused"]

REFUSAL_REASON_VALUES: set[RefusalReason] = {
    "closed",
    "disconnected",
    "not_working",
    "paused",
    "selling_paused",
}


def check_refusal_reason(value: str) -> RefusalReason:
    if value in REFUSAL_REASON_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {REFUSAL_REASON_VALUES!r}")
