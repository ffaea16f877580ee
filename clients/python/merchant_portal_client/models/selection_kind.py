from typing import Literal

SelectionKind = Literal["all", "categories", "hand_picked", "rule"]

SELECTION_KIND_VALUES: set[SelectionKind] = {
    "all",
    "categories",
    "hand_picked",
    "rule",
}


def check_selection_kind(value: str) -> SelectionKind:
    if value in SELECTION_KIND_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {SELECTION_KIND_VALUES!r}")
