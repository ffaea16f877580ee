"""Order history: the submission and updates sent from here, and the changes from events."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

from peewee import Value

from portal.models import ApiKey, Channel, Merchant, Order, OrderSubmission, RecordChange, Resource
from portal.models import WebhookEvent as Event
from portal.services.channels.sale_terms import CHANNEL_SENDER
from portal.services.orders.order_updates import OrderUpdateView, list_updates
from portal.services.orders.submissions import SubmissionView, submission_view
from portal.services.records.order_notes import IN_STORE

CHANGES_SHOWN = 25
EVENTS_SHOWN = 25
# Kinds of senders, next to that of channels.
_PERSON, _KEY = "merchant", "api_key"


@dataclass(frozen=True)
class OrderHistory:
    """History of an order.

    ``submission`` is None if the order wasn't placed through the portal. ``names`` are the display
    names of the senders; a deleted sender has none.
    """

    submission: SubmissionView | None
    changes: Sequence[OrderUpdateView]
    events: Sequence[RecordChange]
    names: Mapping[str, str]

    @property
    def has_pending_updates(self) -> bool:
        """Return whether an update is waiting to be sent to the store."""
        return any(change.is_waiting for change in self.changes)

    @property
    def pending_values(self) -> dict[str, str]:
        """Return the values by field that the order has once the waiting updates are sent."""
        values: dict[str, str] = {}
        for change in reversed(self.changes):
            if change.is_waiting:
                values |= change.changes
        return values

    @property
    def notes(self) -> Sequence[Mapping[str, Any]]:
        """Return the notes of the shown updates that are in the store, oldest first."""
        return [
            change.notes
            for change in reversed(self.changes)
            if change.notes is not None and change.state in IN_STORE
        ]


def order_history(order: Order) -> OrderHistory:
    """Return the order's history; each list is limited and sorted latest first."""
    submission = _submission_of(order)
    changes = list_updates(order.store_id, order_id=order.remote_id, limit=CHANGES_SHOWN)
    senders = [change.sender for change in changes]
    if submission is not None:
        senders.append(submission.sender)
    return OrderHistory(submission, changes, _events_of(order), sender_names(senders))


def sender_names(senders: Iterable[str], *, with_emails: bool = False) -> dict[str, str]:
    """Return the display names of senders: people, channels and keys.

    ``with_emails`` adds people's addresses to their names, for operators. All kinds take one
    statement, because a page has its limit of them.
    """
    wanted = set(senders)
    by_kind = ((kind, _numbers(wanted, kind)) for kind in _NAMED)
    queries = [_NAMED[kind](numbers) for kind, numbers in by_kind if numbers]
    if not queries:
        return {}
    rows: Any = reduce(lambda first, second: first.union_all(second), queries)
    found: dict[str, str] = {}
    for kind, number, name, person_name, email in rows.tuples():
        person = Merchant(name=person_name or "", email=email or "")
        named = person.name_and_email if with_emails and kind == _PERSON else person.display_name
        found[f"{kind} {number}"] = name or named
    return found


def channel_name(channel: Channel) -> str:
    """Return the channel's name; a merchant's own one, read with its merchant, has the person's."""
    return channel.name or ("" if channel.merchant is None else channel.merchant.display_name)


def _people(numbers: list[int]) -> Any:
    columns = (_text(_PERSON), Merchant.id, _text(""), Merchant.name, Merchant.email)
    return Merchant.select(*columns).where(Merchant.id.in_(numbers))


def _channels(numbers: list[int]) -> Any:
    columns = (_text(CHANNEL_SENDER), Channel.id, Channel.name, Merchant.name, Merchant.email)
    channels = Channel.select(*columns).join(Merchant, "LEFT JOIN")
    return channels.where(Channel.id.in_(numbers))


def _keys(numbers: list[int]) -> Any:
    columns = (_text(_KEY), ApiKey.id, ApiKey.name, _text(""), _text(""))
    return ApiKey.select(*columns).where(ApiKey.id.in_(numbers))


def _text(value: str) -> Any:
    return Value(value, converter=False).cast("text")


_NAMED: dict[str, Callable[[list[int]], Any]] = {
    _PERSON: _people,
    CHANNEL_SENDER: _channels,
    _KEY: _keys,
}


def _submission_of(order: Order) -> SubmissionView | None:
    if order.referer_id is None:
        return None
    row = OrderSubmission.get_or_none(
        OrderSubmission.reference == order.referer_id,
        OrderSubmission.store == order.store_id,
        OrderSubmission.order_id == order.remote_id,
    )
    return None if row is None else submission_view(row)


def _events_of(order: Order) -> Sequence[RecordChange]:
    return list(
        RecordChange.select(RecordChange, Event.event_id, Event.type)
        .join(Event)
        .where(
            RecordChange.store == order.store_id,
            RecordChange.resource == Resource.ORDERS,
            RecordChange.remote_id == order.remote_id,
        )
        .order_by(RecordChange.id.desc())
        .limit(EVENTS_SHOWN)
    )


def _numbers(senders: Iterable[str], kind: str) -> list[int]:
    pairs = (sender.rpartition(" ") for sender in senders)
    return [int(number) for name, _, number in pairs if name == kind and number.isdecimal()]
