from typing import Literal

FirstImportState = Literal["completed", "running", "waiting"]

FIRST_IMPORT_STATE_VALUES: set[FirstImportState] = {
    "completed",
    "running",
    "waiting",
}


def check_first_import_state(value: str) -> FirstImportState:
    if value in FIRST_IMPORT_STATE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {FIRST_IMPORT_STATE_VALUES!r}")
