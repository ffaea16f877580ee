"""Structs of the change feed."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from portal.rules.channels.product_selection import FeedReason
from portal.rules.records.feed_cursor import LARGEST_ID, FeedOperation
from portal.services.records.feed_resources import FeedResource
from portal.web.api.record_schemas import Moment

PAGE_SIZE = 250
WAIT_LIMIT_S = 30
PRESENT_END = "now"


class FeedQuery(Struct, forbid_unknown_fields=True):
    """Query of the change feed."""

    after: Annotated[
        str,
        Meta(
            min_length=1,
            max_length=300,
            description="`now` for the present end of the feed, or the `next` of the previous page "
            "or the `sequence` of an item, unchanged.",
            examples=[PRESENT_END],
        ),
    ]
    resource: (
        Annotated[FeedResource, Meta(description="Return only changes of this resource.")] | None
    ) = None
    store: (
        Annotated[
            int, Meta(ge=1, le=LARGEST_ID, description="Return only changes of this store, by ID.")
        ]
        | None
    ) = None
    limit: Annotated[
        int, Meta(ge=1, le=PAGE_SIZE, description="Maximum number of changes per page.")
    ] = 100
    include: (
        Annotated[
            Literal["record"],
            Meta(description="`record` adds the present record, as its own endpoint returns it."),
        ]
        | None
    ) = None
    wait: Annotated[
        int,
        Meta(
            ge=0,
            le=WAIT_LIMIT_S,
            description="If there is no change yet, wait for one for at most so many seconds.",
        ),
    ] = 0


class Change(Struct):
    """A change of a record in the portal's copy of a store."""

    sequence: Annotated[
        str, Meta(description="Cursor after this change, to send as `after`. Unique.")
    ]
    store_id: int
    resource: FeedResource
    id: Annotated[int, Meta(description="Ecwid's ID of the record; of `stores`, the store ID.")]
    operation: Annotated[
        FeedOperation,
        Meta(
            description="`created` also if a deleted record is there again. `erased`: a person's "
            "data were erased from the record; of `stores`, the portal's whole copy."
        ),
    ]
    reason: Annotated[
        FeedReason | None,
        Meta(
            description="`entered_selection` with `created` and `left_selection` with `deleted`: "
            "the store's merchant has changed which products you get, or the product has changed. "
            "Its variations enter and leave with it. Null for a change of the record itself."
        ),
    ]
    changed_fields: Annotated[
        list[str] | None,
        Meta(
            description="With `updated`: names of Ecwid's fields (those in `raw`) that differ; "
            "null if not known."
        ),
    ]
    at: Annotated[Moment, Meta(description="When the portal noticed the change.")]
    record: (
        Annotated[
            dict[str, Any] | None,
            Meta(
                description="The present record, which may be newer than this change; null if it "
                "is deleted by now or not in your selection. Returned only with `include=record`."
            ),
        ]
        | UnsetType
    ) = UNSET


class ChangePage(Struct):
    """A page of changes, in the order of their commits."""

    items: list[Change]
    next: Annotated[str, Meta(description="Cursor after this page, also if it is empty.")]
    has_more: Annotated[
        bool, Meta(description="Whether the next page is there already, perhaps an empty one.")
    ]
    stores_changed: Annotated[
        bool,
        Meta(
            description="Whether the key can read other stores than when `after` was issued, or "
            "other resources or quantities of a store. List the stores then, and read new ones, "
            "and those whose `scopes` or `selling` have changed, in full: these changes are not in "
            "the pages to come."
        ),
    ]
