from typing import Literal

RunKind = Literal["backfill", "incremental", "reconciliation"]

RUN_KIND_VALUES: set[RunKind] = {
    "backfill",
    "incremental",
    "reconciliation",
}


def check_run_kind(value: str) -> RunKind:
    if value in RUN_KIND_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {RUN_KIND_VALUES!r}")
