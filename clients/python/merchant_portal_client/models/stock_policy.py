from typing import Literal

StockPolicy = Literal["preorder", "tracked", "unlimited"]

STOCK_POLICY_VALUES: set[StockPolicy] = {
    "preorder",
    "tracked",
    "unlimited",
}


def check_stock_policy(value: str) -> StockPolicy:
    if value in STOCK_POLICY_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {STOCK_POLICY_VALUES!r}")
