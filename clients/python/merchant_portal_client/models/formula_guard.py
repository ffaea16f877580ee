from typing import Literal

FormulaGuard = Literal["standard", "strict"]

FORMULA_GUARD_VALUES: set[FormulaGuard] = {
    "standard",
    "strict",
}


def check_formula_guard(value: str) -> FormulaGuard:
    if value in FORMULA_GUARD_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {FORMULA_GUARD_VALUES!r}")
