from typing import Literal

ExportProblem = Literal["disk_full", "error", "not_written"]

EXPORT_PROBLEM_VALUES: set[ExportProblem] = {
    "disk_full",
    "error",
    "not_written",
}


def check_export_problem(value: str) -> ExportProblem:
    if value in EXPORT_PROBLEM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {EXPORT_PROBLEM_VALUES!r}")
