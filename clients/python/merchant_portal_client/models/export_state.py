from typing import Literal

ExportState = Literal["done", "failed", "waiting"]

EXPORT_STATE_VALUES: set[ExportState] = {
    "done",
    "failed",
    "waiting",
}


def check_export_state(value: str) -> ExportState:
    if value in EXPORT_STATE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {EXPORT_STATE_VALUES!r}")
