"""Order history: the submission and updates sent from here, and the changes from events."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.models import ApiKey, Channel, Merchant, Order, OrderSubmission, RecordChange, Resource
from portal.models import WebhookEvent as Event
from portal.services.channels.sale_terms import CHANNEL_SENDER
from portal.services.orders.order_updates import OrderUpdateView, list_updates
from portal.services.orders.submissions import SubmissionView, submission_view
from portal.services.records.order_notes import IN_STORE

CHANGES_SHOWN = 25
EVENTS_SHOWN = 25


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

    ``with_emails`` adds people's addresses to their names, for operators. A kind of which there is
    no sender takes no statement.
    """
    wanted = set(senders)
    found: dict[str, str] = {}
    if numbers := _numbers(wanted, "merchant"):
        people = Merchant.select(Merchant.id, Merchant.name, Merchant.email)
        for person in people.where(Merchant.id.in_(numbers)):
            name = person.name_and_email if with_emails else person.display_name
            found[f"merchant {person.id}"] = name
    if numbers := _numbers(wanted, CHANNEL_SENDER):
        channels = Channel.select(Channel.id, Channel.name, Merchant.name, Merchant.email)
        channels = channels.join(Merchant, "LEFT JOIN").where(Channel.id.in_(numbers))
        found |= {f"{CHANNEL_SENDER} {channel.id}": channel_name(channel) for channel in channels}
    if numbers := _numbers(wanted, "api_key"):
        keys = ApiKey.select(ApiKey.id, ApiKey.name).where(ApiKey.id.in_(numbers))
        found |= {f"api_key {key.id}": key.name for key in keys}
    return found


def channel_name(channel: Channel) -> str:
    """Return the channel's name; a merchant's own one, read with its merchant, has the person's."""
    return channel.name or ("" if channel.merchant is None else channel.merchant.display_name)


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
