from typing import Literal

ExportRecordsFormulaGuard = Literal["standard", "strict"]

EXPORT_RECORDS_FORMULA_GUARD_VALUES: set[ExportRecordsFormulaGuard] = {
    "standard",
    "strict",
}


def check_export_records_formula_guard(value: str) -> ExportRecordsFormulaGuard:
    if value in EXPORT_RECORDS_FORMULA_GUARD_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {EXPORT_RECORDS_FORMULA_GUARD_VALUES!r}"
    )
