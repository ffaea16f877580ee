from typing import Literal

Freshness = Literal["failing", "initial_import", "late", "never", "on_time", "paused", "stopped"]

FRESHNESS_VALUES: set[Freshness] = {
    "failing",
    "initial_import",
    "late",
    "never",
    "on_time",
    "paused",
    "stopped",
}


def check_freshness(value: str) -> Freshness:
    if value in FRESHNESS_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {FRESHNESS_VALUES!r}")
