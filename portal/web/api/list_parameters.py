"""Query parameters of the lists of records, and their checks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from portal.errors import InvalidFieldError
from portal.rules.records.offered_records import SELLABLE
from portal.services.records.included_records import inclusions_of
from portal.services.records.list_queries import ListQuery, TimeRange
from portal.services.records.read_records import fields_of, fields_on_request
from portal.services.records.record_filters import LIST_RULES
from portal.services.records.record_views import RecordView
from portal.web.api.authentication import check_scope
from portal.web.api.problems import ProblemError, invalid_field
from portal.web.api.request_parsing import to_utc

PAGE_SIZE, LARGEST_PAGE = 100, 250
# A page with related records may be many times as large.
LARGEST_PAGE_WITH_RELATED = 100
IDS_AT_ONCE = 100
# A number of 18 digits is always less than the largest ID.
_IDS = re.compile(r"[0-9]{1,18}(,[0-9]{1,18})*", re.ASCII)
_IDS_PATTERN = f"^[0-9]{{1,18}}(,[0-9]{{1,18}}){{0,{IDS_AT_ONCE - 1}}}$"

Limit = Annotated[
    int, Meta(ge=1, le=LARGEST_PAGE, description="Maximum number of records per page.")
]
After = (
    Annotated[str, Meta(max_length=99, description="The `next` value of the previous page.")] | None
)
Fields = (
    Annotated[
        str,
        Meta(
            description="Comma-separated names of the fields to return. `id` is always returned. "
            "`raw`, the record as Ecwid sent it, and an order's `amounts` are returned only if you "
            "name them.",
            max_length=1_000,
        ),
    ]
    | None
)
Ids = (
    Annotated[
        str,
        Meta(
            description=f"Comma-separated IDs of up to {IDS_AT_ONCE} records, which are returned "
            "in this order on one page. `missing` names those that the store doesn't have. No "
            "filter, `sort`, `count` or `after` can be combined with it.",
            max_length=IDS_AT_ONCE * 20,
            examples=["5,6"],
            extra_json_schema={"pattern": _IDS_PATTERN},
        ),
    ]
    | None
)
Count = Annotated[
    bool,
    Meta(
        description="Whether the page also has the number of all records on the list in `count`. "
        "A large number of filtered records is not exact."
    ),
]
IncludeDeleted = Annotated[
    bool,
    Meta(
        description="Whether deleted records are returned, too, as far as they are kept. Each "
        "record then has `deleted_at`, null if it isn't deleted."
    ),
]


UpdatedSince = (
    Annotated[
        datetime,
        Meta(
            tz=True,
            description="Return only records that were updated in the store since this time. To "
            "keep a copy use `/changes`: this filter has no deletions, and a record that arrives "
            "here late may have an earlier time than those you have read.",
        ),
    ]
    | None
)
UpdatedUntil = (
    Annotated[
        datetime, Meta(tz=True, description="Return only records that changed before this time.")
    ]
    | None
)
CreatedSince = (
    Annotated[
        datetime,
        Meta(tz=True, description="Return only records created at this time or later."),
    ]
    | None
)
CreatedUntil = (
    Annotated[datetime, Meta(tz=True, description="Return only records created before this time.")]
    | None
)
Include = (
    Annotated[
        str,
        Meta(
            description="Comma-separated names of related records to embed: `variations` and "
            "`categories` of products, `product` of variations, `customer` and `products` of "
            f"orders. A page then has at most {LARGEST_PAGE_WITH_RELATED} records.",
            max_length=100,
        ),
    ]
    | None
)
IdSort = Annotated[Literal["id", "-id"], Meta(description="Order of the list; `-` is descending.")]
ChangeSort = Annotated[
    Literal["updated_at", "-updated_at", "id", "-id"],
    Meta(description="Order of the list; `-` is descending. `updated_at` without it."),
]
TimeSort = Annotated[
    Literal["updated_at", "-updated_at", "created_at", "-created_at", "id", "-id"],
    Meta(
        description="Order of the list; `-` is descending. Without it `updated_at`, or "
        "`created_at` with a filter by status or by creation time and none by update time."
    ),
]


class FieldsQuery(Struct, forbid_unknown_fields=True):
    """Query of an endpoint that returns one record."""

    fields: Fields = None


class PageQuery(Struct, forbid_unknown_fields=True):
    """Query of a list that is in the order of its IDs."""

    limit: Limit = PAGE_SIZE
    after: After = None
    fields: Fields = None
    ids: Ids = None
    count: Count = False
    include_deleted: IncludeDeleted = False


class ChangesQuery(PageQuery, forbid_unknown_fields=True):
    """Query of a list that can be in the order of changes."""

    updated_since: UpdatedSince = None
    updated_until: UpdatedUntil = None


def list_query(view: RecordView, query: Any) -> ListQuery:
    """Return the conditions and the order of a call; respond with 422 to contradictions."""
    updated, created = _range(query, "updated"), _range(query, "created")
    filters = {name: getattr(query, name, None) for name in LIST_RULES[view.name].filters}
    return ListQuery(
        filters,
        updated,
        created,
        getattr(query, "sort", None),
        query.include_deleted,
        getattr(query, SELLABLE, None),
    )


def requested_ids(view: RecordView, query: Any) -> Sequence[int] | None:
    """Return the ids of a batch, each once; None without one.

    Responds with 422 to an invalid list, and to parameters that contradict it.
    """
    if query.ids is None:
        return None
    ids = [int(text) for text in query.ids.split(",")] if _IDS.fullmatch(query.ids) else []
    if not ids:
        raise _invalid("ids", "invalid_format", "must be whole numbers, separated by commas")
    if len(ids) > IDS_AT_ONCE:
        raise _invalid("ids", "too_long", f"must have at most {IDS_AT_ONCE} IDs")
    conditions = (*LIST_RULES[view.name].filters, SELLABLE, *_TIMES, "sort", "after")
    for name in conditions:
        if getattr(query, name, None) is not None:
            raise _invalid(name, "contradiction", "can't be combined with ids")
    if query.count:
        raise _invalid("count", "contradiction", "can't be combined with ids")
    return list(dict.fromkeys(ids))


def included_names(view: RecordView, query: Any) -> Sequence[str]:
    """Return the names of the related records to embed.

    Responds with 422 to an unknown name or a large page, with 403 if the key lacks the scope.
    """
    text = getattr(query, "include", None)
    if text is None:
        return ()
    names = [name.strip(" ") for name in text.split(",")]
    known = inclusions_of(view)
    for name in names:
        if name not in known:
            raise _invalid("include", "invalid_choice", f"must name {' or '.join(known)}")
        check_scope(known[name].scope)
    if getattr(query, "limit", 0) > LARGEST_PAGE_WITH_RELATED:
        text = f"must be at most {LARGEST_PAGE_WITH_RELATED} with include"
        raise _invalid("limit", "contradiction", text)
    return list(dict.fromkeys(names))


def selected_fields(view: RecordView, text: str | None) -> Sequence[str]:
    """Return the selected fields, ``id`` first; respond with 422 to an unknown name."""
    known = fields_of(view)
    if text is None:
        return known
    names = [name.strip(" ") for name in text.split(",")]
    selectable = (*known, *fields_on_request(view))
    unknown = [name for name in names if name not in selectable]
    if unknown:
        problem = f"has the unknown name {unknown[0]!r}. Known names: {', '.join(selectable)}"
        raise _invalid("fields", "invalid_choice", problem)
    return list(dict.fromkeys(("id", *names)))


def record_names(view: RecordView) -> dict[str, tuple[str, ...]]:
    """Return the names that the OpenAPI document lists for `fields` and `include`."""
    fields = (*fields_of(view), *fields_on_request(view))
    return {"fields": fields, "include": tuple(inclusions_of(view))}


_TIMES = ("updated_since", "updated_until", "created_since", "created_until")


def _range(query: Any, name: str) -> TimeRange:
    found = TimeRange(
        *(
            bound and to_utc(bound, each)
            for each in (f"{name}_since", f"{name}_until")
            for bound in (getattr(query, each, None),)
        )
    )
    if found.since and found.until and found.since >= found.until:
        raise _invalid(f"{name}_until", "contradiction", f"must be later than {name}_since")
    return found


def _invalid(field: str, code: str, problem: str) -> ProblemError:
    return invalid_field(InvalidFieldError(field, code, problem))
