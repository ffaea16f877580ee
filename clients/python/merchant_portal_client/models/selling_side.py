from typing import Literal

SellingSide = Literal["channel", "store"]

SELLING_SIDE_VALUES: set[SellingSide] = {
    "channel",
    "store",
}


def check_selling_side(value: str) -> SellingSide:
    if value in SELLING_SIDE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {SELLING_SIDE_VALUES!r}")
