"""Lists of mirrored records: search, order and filters from the URL, and the page's links."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from flask import abort, request, url_for
from flask_babel.speaklater import LazyString

from portal.models import Resource, Store
from portal.services.records.cursor_pagination import PAGE_SIZE, CursorError
from portal.services.records.record_lists import ListConditions, RecordList, known_conditions
from portal.services.records.sorted_pages import ListPage, SortedList
from portal.services.sync.first_import import is_imported
from portal.web.pagination import SEARCH_LIMIT
from portal.web.plain_text import plain_text
from portal.web.url_converters import key_in

Choices = Mapping[str, LazyString | str]


class FilterLabels(NamedTuple):
    """Label of a filter, and those of its values; ``name`` is that of the filter."""

    name: str
    label: LazyString
    choices: Choices


@dataclass(frozen=True)
class ListLabels:
    """Labels of a list's orders and filters."""

    listed: RecordList
    resource: Resource
    orders: Choices
    filters: Sequence[FilterLabels]


class Chip(NamedTuple):
    """Active filter with the URL of the list without it."""

    label: LazyString
    value: LazyString | str
    url: str


@dataclass(frozen=True)
class RecordListing:
    """One page of a list as its template shows it.

    ``first`` and ``last`` are the positions of the page's rows, and ``total`` the number of all
    records that match; None if they aren't known.
    """

    store: Store
    labels: ListLabels
    wanted: ListConditions
    page: ListPage
    first: int | None
    total: int | None
    is_importing: bool

    @property
    def rows(self) -> Sequence[Any]:
        """Return the records of the page."""
        return self.page.rows

    @property
    def last(self) -> int | None:
        """Return the position of the last row."""
        return None if self.first is None else self.first + len(self.rows) - 1

    @property
    def arguments(self) -> dict[str, str]:
        """Return the query of the list's first page."""
        usual = next(iter(self.labels.orders))
        order = {} if self.wanted.order == usual else {"sort": self.wanted.order}
        text = {"q": self.wanted.text} if self.wanted.text else {}
        return text | order | dict(self.wanted.filters)

    @property
    def chips(self) -> list[Chip]:
        """Return the active filters."""
        return [
            Chip(each.label, each.choices.get(value, value), self._url(without=each.name))
            for each in self.labels.filters
            if (value := self.wanted.filters.get(each.name)) is not None
        ]

    @property
    def earlier(self) -> str | None:
        """Return the URL of the previous page, None on the first one."""
        if self.page.earlier is None:
            return None
        first = None if self.first is None else max(1, self.first - PAGE_SIZE)
        return self._url(before=self.page.earlier, first=first)

    @property
    def later(self) -> str | None:
        """Return the URL of the next page, None on the last one."""
        if self.page.later is None:
            return None
        first = None if self.last is None else self.last + 1
        return self._url(after=self.page.later, first=first)

    @property
    def all_url(self) -> str:
        """Return the URL of the list without search and filters."""
        return url_for(request.endpoint or "", store_id=self.store.id)

    def _url(self, without: str = "", **place: Any) -> str:
        query: dict[str, Any] = {**self.arguments}
        query.pop(without, None)
        return url_for(request.endpoint or "", store_id=self.store.id, **query, **place)


def read_listing(store: Store, labels: ListLabels) -> RecordListing:
    """Return the page of a list that the current request asks for.

    Responds with 404 if a cursor is malformed. Unknown orders and filters are ignored.
    """
    wanted = wanted_conditions(labels.listed)
    after, before = request.args.get("after"), request.args.get("before")
    try:
        page = SortedList.of(store, labels.listed, wanted).page(after=after, before=before)
    except CursorError:
        abort(404)
    total = page.matches
    if total is None and wanted.is_everything:
        total = labels.listed.table.live_count(store.id)
    is_bare = not page.rows and wanted.is_everything
    is_importing = is_bare and not is_imported(store.id, labels.resource)
    first = _first(page, is_first=after is None and page.earlier is None)
    return RecordListing(store, labels, wanted, page, first, total, is_importing)


def wanted_conditions(listed: RecordList) -> ListConditions:
    """Return the conditions of a list in the URL."""
    text = plain_text(request.args.get("q"), SEARCH_LIMIT)
    asked = {name: plain_text(request.args.get(name), SEARCH_LIMIT) for name in listed.filters}
    return known_conditions(listed, text, request.args.get("sort", ""), asked)


def _first(page: ListPage, *, is_first: bool) -> int | None:
    """Return the position of the first row: the page's own, or as its link says."""
    if page.first is not None or is_first:
        return page.first or 1
    return key_in(request.args.get("first", ""))
