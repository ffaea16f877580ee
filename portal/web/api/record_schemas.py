"""Types and pages that the response structs of all mirrored records share.

Amounts are strings, exact, with the decimals of the store's currency: "24.90" EUR, "2998" JPY.
Times are in UTC.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Generic, TypeVar

from msgspec import UNSET, Meta, Struct, UnsetType

Item = TypeVar("Item")

Amount = Annotated[Decimal | None, Meta(description="An amount in the store's currency.")]
Moment = Annotated[datetime, Meta(tz=True)]
Id = Annotated[int, Meta(description="Ecwid's ID of the record.")]
Raw = Annotated[
    dict[str, Any] | None,
    Meta(
        description="The record as Ecwid sent it, with Ecwid's names. Returned only if `fields` "
        "names it."
    ),
]
DeletedAt = Annotated[
    Moment | UnsetType | None,
    Meta(description="When it was deleted. Returned only with `include_deleted`."),
]


class RecordCount(Struct):
    """Number of records on all pages of a list."""

    value: int
    is_exact: Annotated[
        bool, Meta(description="If not, there are at least `value` records: counting has a limit.")
    ]


class Page(Struct, Generic[Item]):
    """One page of a list."""

    items: list[Item]
    next: Annotated[
        str | None,
        Meta(description="Cursor of the next page, to send as `after`; null on the last page."),
    ]


class RecordPage(Page[Item], Generic[Item]):
    """One page of a list of records."""

    count: (
        Annotated[RecordCount, Meta(description="Returned only if you set `count`.")] | UnsetType
    ) = UNSET
    missing: (
        Annotated[
            list[int],
            Meta(
                description="IDs in `ids` of which the store has no record. Returned only with it."
            ),
        ]
        | UnsetType
    ) = UNSET
