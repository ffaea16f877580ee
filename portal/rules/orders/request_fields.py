"""Types of the fields of an order request, with their limits."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from msgspec import Meta, Struct
from msgspec.structs import force_setattr

from portal.errors import InvalidFieldError
from portal.rules.orders.request_checks import (
    EMAIL,
    EMAIL_PATTERN,
    MAX_EMAIL_LENGTH,
    MOMENT_PATTERN,
    check_storable,
)

MAX_AMOUNT = Decimal(10) ** 12
LARGEST_ID = 2**53 - 1
AMOUNT = f"an amount of at least 0 and less than {MAX_AMOUNT:,}"

Id = Annotated[int, Meta(ge=1, le=LARGEST_ID)]
Text = Annotated[str, Meta(max_length=255)]
LongText = Annotated[str, Meta(max_length=2_000)]
OptionText = Annotated[str, Meta(min_length=1, max_length=255)]
Email = Annotated[
    str,
    Meta(
        description="Required to order.",
        extra={"must_be": EMAIL},
        extra_json_schema={"pattern": EMAIL_PATTERN, "maxLength": MAX_EMAIL_LENGTH},
    ),
]
Moment = Annotated[datetime, Meta(tz=True, extra_json_schema={"pattern": MOMENT_PATTERN})]
# In JSON an amount is a text. Twelve digits are less than `MAX_AMOUNT`.
AMOUNT_PATTERN = r"^[0-9]{1,12}(\.[0-9]{1,10})?$"
Amount = Annotated[
    Decimal, Meta(extra={"must_be": AMOUNT}, extra_json_schema={"pattern": AMOUNT_PATTERN})
]


def clean_texts(struct: Struct, *, empty: str | None) -> None:
    """Strip every text; a blank text counts as not given."""
    for name in struct.__struct_fields__:
        text = getattr(struct, name)
        if isinstance(text, str):
            check_storable(text, name)
            force_setattr(struct, name, text.strip() or empty)


def check_amount(amount: Decimal | None, field: str) -> None:
    """Raise InvalidFieldError for an amount that no order may have."""
    if amount is not None and not (amount.is_finite() and 0 <= amount < MAX_AMOUNT):
        raise InvalidFieldError(field, "out_of_range", f"must be {AMOUNT}")
