"""Charts of a store's orders and sales, with those that were placed here."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import partial

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from portal.models import CountKind, CountSum, KeyMode, OrderSum, Store
from portal.services.connection.overview_figures import PeriodSums
from portal.web.bar_chart import BarChart, Number, Series, bar_chart
from portal.web.formats import money, number
from portal.web.label import Label
from portal.web.stores.period_labels import day_labels, plain_number


def orders_chart(store: Store, days: PeriodSums, orders: Sequence[OrderSum]) -> BarChart:
    """Return the chart of the store's orders per day, with those that were placed here."""
    here, elsewhere = [0] * len(days.begins), [0] * len(days.begins)
    for placed in _placed_here(store, days):
        here[placed.position] += placed.counted
    for each in orders:
        # An order that was placed here may be read from the store later, or be deleted there.
        elsewhere[each.position] = max(0, each.counted - here[each.position])
    count = sum(here) + sum(elsewhere)
    return bar_chart(
        _l("Orders per day, last 30 days"),
        day_labels(days),
        [
            Series(Label(_l("Placed here"), "good"), here),
            Series(Label(_l("Placed elsewhere"), "info"), elsewhere),
        ],
        bar_title=_l("Day"),
        write=plain_number,
        summary=ngettext(
            "%(count)s order in 30 days; placed here: %(here)s.",
            "%(count)s orders in 30 days; placed here: %(here)s.",
            count,
            count=number(count),
            here=number(sum(here)),
        ),
    )


def sales_chart(store: Store, days: PeriodSums, orders: Sequence[OrderSum]) -> BarChart:
    """Return the chart of the totals of the same orders."""
    zeros = [Decimal(0)] * len(days.begins)
    here, elsewhere = list(zeros), list(zeros)
    for placed in _placed_here(store, days):
        here[placed.position] += placed.amount
    for each in orders:
        elsewhere[each.position] = max(Decimal(0), each.amount - here[each.position])
    write = partial(_money, store)
    return bar_chart(
        _l("Sales per day, last 30 days"),
        day_labels(days),
        [
            Series(Label(_l("Placed here"), "good"), here),
            Series(Label(_l("Placed elsewhere"), "info"), elsewhere),
        ],
        bar_title=_l("Day"),
        write=write,
        summary=_(
            "%(total)s in 30 days; by orders placed here: %(here)s. Later refunds and "
            "cancellations aren't deducted.",
            total=write(sum(here + elsewhere, Decimal(0))),
            here=write(sum(here, Decimal(0))),
        ),
    )


def _placed_here(store: Store, days: PeriodSums) -> list[CountSum]:
    """Return the sums of orders placed here; those of test keys count in a test store only."""
    modes = {KeyMode.LIVE, KeyMode.TEST} if store.is_test else {KeyMode.LIVE}
    return [each for each in days.sums if each.kind == CountKind.ORDERS and each.outcome in modes]


def _money(store: Store, value: Number) -> str:
    return money(Decimal(value), store)
