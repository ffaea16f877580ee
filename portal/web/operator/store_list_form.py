"""Form that filters, sorts and shapes the list of all stores, read from a URL."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from flask import abort, request
from werkzeug.datastructures import MultiDict

from portal.rules.connection.issue_titles import TITLES
from portal.services.operator.store_list import (
    StoreCursor,
    StoreCursorError,
    StoreFilter,
    StoreFilterError,
    StoreOrder,
)
from portal.web.labels import FRESHNESS, PLAN_LEVELS, STORE_STATES
from portal.web.operator.health_labels import (
    COLUMNS,
    DEFAULT_COLUMNS,
    FAILING_LABELS,
)
from portal.web.plain_text import plain_text
from portal.web.stores.status_labels import HEALTH_WORDS

TEXT_LIMIT = 200
CURSOR_LIMIT = 400
_NAMES = ("q", "health", "state", "issue", "plan", "freshness", "failing", "connected_since")


@dataclass(frozen=True)
class StoreListForm:
    """Submitted text, the resulting filter, and the untranslated error text of each field.

    ``wanted`` matches every store if there are problems.
    """

    typed: Mapping[str, str]
    wanted: StoreFilter
    problems: Mapping[str, str]
    order: StoreOrder
    columns: Collection[str]

    @property
    def arguments(self) -> dict[str, Any]:
        """Return the query parameters that repeat the same list, except its page."""
        found: dict[str, Any] = dict(self.wanted.arguments)
        if self.order is not StoreOrder.TROUBLE:
            found["sort"] = self.order
        if set(self.columns) != DEFAULT_COLUMNS:
            found["column"] = [name for name in COLUMNS if name in self.columns]
        return found

    def with_health(self, word: str) -> dict[str, Any]:
        """Return the query parameters of all stores with a health word, in the same shape."""
        shape = {
            name: self.arguments[name] for name in ("sort", "column") if name in self.arguments
        }
        return {"health": word} | shape


def read_store_list_form(given: MultiDict[str, str]) -> StoreListForm:
    """Return the submitted form; an unknown order or column counts as not given."""
    typed = {name: plain_text(given.get(name), TEXT_LIMIT) for name in _NAMES}
    problems: Mapping[str, str] = {}
    try:
        wanted = StoreFilter.from_arguments(typed)
    except StoreFilterError as error:
        wanted, problems = StoreFilter(), error.problems
    sort = given.get("sort", "")
    return StoreListForm(
        typed,
        wanted,
        problems,
        StoreOrder(sort) if sort in tuple(StoreOrder) else StoreOrder.TROUBLE,
        frozenset(given.getlist("column")) & frozenset(COLUMNS) or DEFAULT_COLUMNS,
    )


def cursor_param(name: str, order: StoreOrder) -> StoreCursor | None:
    """Return the cursor of the current request, None without one; 404 if it is malformed."""
    text = request.args.get(name)
    if text is None:
        return None
    try:
        return StoreCursor.read(order, plain_text(text, CURSOR_LIMIT))
    except StoreCursorError:
        abort(404)


def filter_choices() -> dict[str, list[tuple[str, Any]]]:
    """Return the choices of each select field as pairs of value and label."""
    labels = {
        "health": HEALTH_WORDS,
        "state": STORE_STATES,
        "plan": PLAN_LEVELS,
        "freshness": FRESHNESS,
    }
    choices: dict[str, list[tuple[str, Any]]] = {
        name: [(value, label.text) for value, label in table.items()]
        for name, table in labels.items()
    }
    choices["issue"] = [(kind, title.open_title) for kind, title in TITLES.items()]
    choices["failing"] = list(FAILING_LABELS.items())
    return choices
