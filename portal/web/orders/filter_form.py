"""Form that filters orders, read from a URL and written back to URLs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.i18n import N_
from portal.models import Channel, Store
from portal.rules.orders.order_statuses import FULFILLMENT_STATUSES, PAYMENT_STATUSES
from portal.services.channels.sale_terms import CHANNEL_SENDER
from portal.services.orders.order_history import channel_name
from portal.services.records.order_filter import OrderFilter
from portal.web.label import Label
from portal.web.order_labels import CHANNELS, fulfillment_status, payment_status
from portal.web.plain_text import plain_text
from portal.web.time_zones import read_day
from portal.web.url_converters import key_in

TEXT_LIMIT = 200
# Filters that only links set: they have the ID of a record, whose name a chip shows.
LINKED = ("customer", "product")
NAMES = ("q", "payment", "fulfillment", "coupon", "channel", *LINKED, "since", "until", "sort")
SORTS: dict[str, LazyString] = {
    "": _l("Newest first"),
    "oldest": _l("Oldest first"),
    "-total": _l("Total: high to low"),
    "total": _l("Total: low to high"),
}
TITLES: dict[str, LazyString] = {
    "": _l("Orders, newest first"),
    "oldest": _l("Orders, oldest first"),
    "-total": _l("Orders, highest total first"),
    "total": _l("Orders, lowest total first"),
}


@dataclass(frozen=True)
class OrderFilterForm:
    """Submitted text, the resulting filter, and the untranslated error text of each field."""

    typed: Mapping[str, str]
    wanted: OrderFilter
    problems: Mapping[str, str]

    @property
    def sort(self) -> str:
        """Return the order of the list, empty if the newest orders come first."""
        return self.typed["sort"]

    @property
    def title(self) -> LazyString:
        """Return the heading of the list."""
        return TITLES[self.sort]

    @property
    def sorts(self) -> Mapping[str, LazyString]:
        """Return the label of each order of the list."""
        return SORTS

    @property
    def active(self) -> list[str]:
        """Return the names of the filters in use."""
        return [name for name, text in self.typed.items() if text and name != "sort"]

    @property
    def arguments(self) -> dict[str, str]:
        """Return the query parameters that repeat the same search."""
        return {name: text for name, text in self.typed.items() if text}


def read_order_filter(given: Mapping[str, str]) -> OrderFilterForm:
    """Return the submitted form; a field with an error does not narrow the list.

    Both days are included completely, in the page's time zone.
    """
    typed = {name: plain_text(given.get(name), TEXT_LIMIT) for name in NAMES}
    # Only links set these, so an unknown one needs no message.
    ids = {name: key_in(typed[name]) or 0 for name in LINKED}
    typed |= {name: str(each or "") for name, each in ids.items()}
    typed["sort"] = typed["sort"] if typed["sort"] in SORTS else ""
    days = {name: read_day(typed[name]) for name in ("since", "until")}
    problems = {
        name: N_("Enter a date, like 2026-03-01.")
        for name, day in days.items()
        if typed[name] and day is None
    }
    since, until = days["since"], days["until"]
    wanted = OrderFilter(
        payment_status=typed["payment"],
        fulfillment_status=typed["fulfillment"],
        coupon=typed["coupon"],
        channel=typed["channel"],
        customer_id=ids["customer"],
        product_id=ids["product"],
        since=None if since is None else since.start,
        until=None if until is None else until.end,
        text=typed["q"],
    )
    return OrderFilterForm(typed, wanted, problems)


def filter_choices(store: Store, channels: Sequence[Channel]) -> dict[str, list[tuple[str, str]]]:
    """Return the choices of each select field as pairs of value and label."""
    sources = [(value, str(label.text)) for value, label in CHANNELS.items()]
    named = [
        (f"{CHANNEL_SENDER} {each.id}", _("Channel “%(name)s”", name=channel_name(each)))
        for each in channels
    ]
    return {
        "payment": _choices(store, payment_status, PAYMENT_STATUSES),
        "fulfillment": _choices(store, fulfillment_status, FULFILLMENT_STATUSES),
        "channel": sources + named,
    }


def _choices(
    store: Store, label_of: Callable[[str, Store], Label], values: Sequence[str]
) -> list[tuple[str, str]]:
    return [(value, str(label_of(value, store).text)) for value in values]
