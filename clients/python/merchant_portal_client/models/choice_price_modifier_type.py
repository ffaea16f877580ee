from typing import Literal

ChoicePriceModifierType = Literal["absolute", "percent"]

CHOICE_PRICE_MODIFIER_TYPE_VALUES: set[ChoicePriceModifierType] = {
    "absolute",
    "percent",
}


def check_choice_price_modifier_type(value: str) -> ChoicePriceModifierType:
    if value in CHOICE_PRICE_MODIFIER_TYPE_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {CHOICE_PRICE_MODIFIER_TYPE_VALUES!r}"
    )
