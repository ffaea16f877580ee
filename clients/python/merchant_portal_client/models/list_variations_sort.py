from typing import Literal

ListVariationsSort = Literal["-id", "id"]

LIST_VARIATIONS_SORT_VALUES: set[ListVariationsSort] = {
    "-id",
    "id",
}


def check_list_variations_sort(value: str) -> ListVariationsSort:
    if value in LIST_VARIATIONS_SORT_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LIST_VARIATIONS_SORT_VALUES!r}")
