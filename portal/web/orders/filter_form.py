"""Form that filters orders, read from a URL and written back to URLs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

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
OLDEST_FIRST = "oldest"
NAMES = ("q", "payment", "fulfillment", "coupon", "channel", "customer", "since", "until", "sort")


@dataclass(frozen=True)
class OrderFilterForm:
    """Submitted text, the resulting filter, and the untranslated error text of each field."""

    typed: Mapping[str, str]
    wanted: OrderFilter
    problems: Mapping[str, str]

    @property
    def is_oldest_first(self) -> bool:
        """Return whether the oldest orders come first."""
        return self.typed["sort"] == OLDEST_FIRST

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
    # Only links set it, so an unknown one needs no message.
    customer_id = key_in(typed["customer"]) or 0
    typed["customer"] = str(customer_id or "")
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
        customer_id=customer_id,
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
