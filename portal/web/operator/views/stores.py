"""List of all stores, and the same list as a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.models import utc_now
from portal.rules.connection.issue_titles import TITLES
from portal.services.operator.export_stores import export_stores, log_store_export
from portal.services.operator.store_list import (
    StoreTotals,
    count_stores,
    list_stores,
    summaries_as_of,
    totals,
)
from portal.web.exports.files import written_file
from portal.web.exports.formula_guard import chosen_guard
from portal.web.label import Label
from portal.web.limits import CONTROL_BY_ADDRESS, limiter
from portal.web.login import signed_in_merchant
from portal.web.operator.access import operator_required
from portal.web.operator.blueprint import blueprint
from portal.web.operator.bulk_action_labels import KINDS as BULK_ACTION_KINDS
from portal.web.operator.health_labels import (
    BELOW_NAME,
    COLUMNS,
    NUMBER_HEADINGS,
    ORDER_LABELS,
)
from portal.web.operator.store_list_form import (
    StoreListForm,
    cursor_param,
    filter_choices,
    read_store_list_form,
)
from portal.web.stores.status_labels import HEALTH_WORDS

# The daemon refreshes the summaries of thousands of stores within a minute.
STALE_AFTER = timedelta(minutes=5)


@blueprint.get("")
@operator_required
def stores() -> ResponseReturnValue:
    """List all stores, or those that match the URL's filter, the most troubled first."""
    return _list_page(read_store_list_form(request.args))


# A POST because a GET must change nothing, and the audit log records the download.
@blueprint.post("/stores.csv")
@operator_required
@limiter.limit(CONTROL_BY_ADDRESS)
def export_store_list() -> ResponseReturnValue:
    """Return all stores that match the URL's filter as a file."""
    form, actor = read_store_list_form(request.args), signed_in_merchant()
    guard = chosen_guard()
    if form.problems:
        return _list_page(form), 422

    def chunks() -> Iterator[bytes]:
        log_store_export(form.wanted, actor)
        yield from export_stores(form.wanted, form.order, guard)

    return written_file(chunks(), "text/csv", "stores", "csv")


def _list_page(form: StoreListForm) -> str:
    after, before = cursor_param("after", form.order), cursor_param("before", form.order)
    page = list_stores(form.wanted, form.order, after=after, before=before)
    counts, as_of = totals(), summaries_as_of()

    def address(**place: Any) -> str:
        return url_for("operator.stores", **form.arguments, **place)

    return render_template(
        "operator/stores.html",
        form=form,
        rows=page.rows,
        matches=None if form.wanted.is_empty else count_stores(form.wanted),
        totals=counts,
        health_links=_health_links(form, counts),
        words=HEALTH_WORDS,
        titles=TITLES,
        choices=filter_choices(),
        orders=ORDER_LABELS,
        columns=COLUMNS,
        headings=[
            (NUMBER_HEADINGS[name], "number") if name in NUMBER_HEADINGS else str(text)
            for name, text in COLUMNS.items()
            if name in form.columns and name != BELOW_NAME
        ],
        can_act=signed_in_merchant().is_admin and not form.problems,
        bulk_kinds=BULK_ACTION_KINDS,
        as_of=as_of,
        is_stale=as_of is None or utc_now() - as_of > STALE_AFTER,
        earlier=page.earlier and address(before=page.earlier),
        later=page.later and address(after=page.later),
    )


def _health_links(
    form: StoreListForm, counts: StoreTotals
) -> Sequence[tuple[Label, int, str, bool]]:
    """Return label, count and address of each health word, and whether the list has only it."""
    return [
        (
            HEALTH_WORDS[word],
            count,
            url_for("operator.stores", **form.with_health(word)),
            form.wanted.health == word,
        )
        for word, count in counts.by_word.items()
    ]
