"""Webhook events in words, such as "Price of Blue mug changed", on every page that lists events."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.i18n import N_
from portal.models import WebhookEvent
from portal.rules.webhooks.event_summary import EventSummary, event_summary
from portal.rules.webhooks.event_types import EventTopic, topic_of
from portal.services.events.event_subjects import DescribedEvent, describe_events
from portal.services.mirror.resources import SPECS_BY_TOPIC
from portal.web.formats import number

# By topic and summary; ``name`` is the record's name, or its ID.
_SENTENCES: Mapping[tuple[EventTopic, EventSummary], str] = {
    (EventTopic.PRODUCT, EventSummary.CREATED): N_("Product %(name)s created"),
    (EventTopic.PRODUCT, EventSummary.CHANGED): N_("Product %(name)s updated"),
    (EventTopic.PRODUCT, EventSummary.DELETED): N_("Product %(name)s deleted"),
    (EventTopic.PRODUCT, EventSummary.PRICE_CHANGED): N_("Price of %(name)s changed"),
    (EventTopic.PRODUCT, EventSummary.STOCK_CHANGED): N_("Stock of %(name)s changed"),
    (EventTopic.PRODUCT, EventSummary.ENABLED): N_("Product %(name)s enabled"),
    (EventTopic.PRODUCT, EventSummary.DISABLED): N_("Product %(name)s disabled"),
    (EventTopic.ORDER, EventSummary.CREATED): N_("Order %(name)s placed"),
    (EventTopic.ORDER, EventSummary.CHANGED): N_("Order %(name)s updated"),
    (EventTopic.ORDER, EventSummary.DELETED): N_("Order %(name)s deleted"),
    (EventTopic.ORDER, EventSummary.PAID): N_("Order %(name)s paid"),
    (EventTopic.ORDER, EventSummary.REFUNDED): N_("Order %(name)s refunded"),
    (EventTopic.ORDER, EventSummary.PAYMENT_CHANGED): N_(
        "Payment status of order %(name)s changed"
    ),
    (EventTopic.ORDER, EventSummary.SHIPPED): N_("Order %(name)s shipped"),
    (EventTopic.ORDER, EventSummary.DELIVERED): N_("Order %(name)s delivered"),
    (EventTopic.ORDER, EventSummary.FULFILLMENT_CHANGED): N_(
        "Fulfillment status of order %(name)s changed"
    ),
    (EventTopic.CUSTOMER, EventSummary.CREATED): N_("Customer %(name)s added"),
    (EventTopic.CUSTOMER, EventSummary.CHANGED): N_("Customer %(name)s updated"),
    (EventTopic.CUSTOMER, EventSummary.DELETED): N_("Customer %(name)s deleted"),
    (EventTopic.COUPON, EventSummary.CREATED): N_("Coupon %(name)s created"),
    (EventTopic.COUPON, EventSummary.CHANGED): N_("Coupon %(name)s updated"),
    (EventTopic.COUPON, EventSummary.DELETED): N_("Coupon %(name)s deleted"),
    (EventTopic.CATEGORY, EventSummary.CREATED): N_("Category %(name)s created"),
    (EventTopic.CATEGORY, EventSummary.CHANGED): N_("Category %(name)s updated"),
    (EventTopic.CATEGORY, EventSummary.DELETED): N_("Category %(name)s deleted"),
    (EventTopic.CONNECTION, EventSummary.CONNECTION_CHANGED): N_("Store profile or plan changed"),
    (EventTopic.CONNECTION, EventSummary.UNINSTALLED): N_("App removed from the store"),
    (EventTopic.INSTALLED, EventSummary.INSTALLED): N_("App installed in the store"),
    (EventTopic.ERASURE, EventSummary.ERASURE_REQUESTED): N_(
        "Erasure of a customer's data requested"
    ),
    (EventTopic.EXPORT, EventSummary.EXPORT_REQUESTED): N_("Export of a customer's data requested"),
}
# Names of icons, where a product's picture isn't known or there is none.
_SYMBOLS: Mapping[EventTopic, str] = {
    **{topic: spec.labels.icon for topic, spec in SPECS_BY_TOPIC.items()},
    EventTopic.CONNECTION: "link",
    EventTopic.INSTALLED: "link",
    EventTopic.ERASURE: "lock",
    EventTopic.EXPORT: "lock",
}
# Fewer consecutive events are shown one by one.
GROUP_SIZE = 4


@dataclass(frozen=True)
class EventLine:
    """One event, or ``count`` consecutive ones of the same type, in words.

    ``url`` leads to the event or to the events of that type, ``record_url`` to the page of the
    record that the event is about; None if it has none. ``event`` is the newest of a group.
    """

    text: str
    url: str
    event: WebhookEvent
    count: int = 1
    picture: str | None = None
    record_name: str = ""
    record_url: str | None = None

    @property
    def is_about_product(self) -> bool:
        """Whether the event is about one product, which may have a picture."""
        return self.count == 1 and topic_of(self.event.type) is EventTopic.PRODUCT

    @property
    def symbol(self) -> str:
        """Name of the icon that says what the event is about."""
        return _SYMBOLS.get(topic_of(self.event.type), "bell")


def event_lines(store_id: int, events: Iterable[WebhookEvent]) -> list[EventLine]:
    """Return a line for each event; one statement."""
    return [_line(store_id, described) for described in describe_events(store_id, events)]


def grouped_event_lines(
    store_id: int, events: Sequence[WebhookEvent], limit: int
) -> list[EventLine]:
    """Return up to ``limit`` lines, with consecutive events of a type as one: 37 products updated.

    One statement: only single events need the names of their records.
    """
    groups: list[list[WebhookEvent]] = []
    for _kind, alike in groupby(events, lambda event: (event.type, event.state)):
        same = list(alike)
        groups += [same] if len(same) >= GROUP_SIZE else [[event] for event in same]
    shown = groups[:limit]
    single = {
        line.event.id: line
        for line in event_lines(store_id, [group[0] for group in shown if len(group) == 1])
    }
    return [
        single[group[0].id] if len(group) == 1 else group_line(store_id, group) for group in shown
    ]


def event_sentence(described: DescribedEvent) -> str:
    """Return what an event reports; the type of an unknown event."""
    event = described.event
    sentence = _SENTENCES.get((described.topic, described.summary))
    if sentence is None:
        return str(event.type)
    name = described.subject.name if described.subject else ""
    return str(_(sentence, name=name or event.entity_id or _("(No name)")))


def _line(store_id: int, described: DescribedEvent) -> EventLine:
    event, subject, record_url = described.event, described.subject, None
    topic = described.topic
    # A record's page is named after its topic. Categories have no page.
    if subject is not None and topic is not EventTopic.CATEGORY:
        variable = {f"{topic}_id": subject.remote_id}
        record_url = url_for(f"{topic}s.show", store_id=store_id, **variable)  # type: ignore[arg-type]
    return EventLine(
        text=event_sentence(described),
        url=url_for("events.show", store_id=store_id, event_id=event.event_id),
        event=event,
        picture=subject.picture if subject else None,
        record_name=subject.name if subject else "",
        record_url=record_url,
    )


def group_line(store_id: int, group: Sequence[WebhookEvent]) -> EventLine:
    """Return the line of events of the same type and state, newest first."""
    newest = group[0]
    records = len({event.entity_id for event in group})
    return EventLine(
        text=_group_text(topic_of(newest.type), event_summary(newest.type), newest.type, records),
        url=url_for("events.index", store_id=store_id, type=newest.type, state=newest.state),
        event=newest,
        count=len(group),
    )


def _group_text(topic: EventTopic, what: EventSummary, event_type: str, records: int) -> str:
    """Return what events report about this many records.

    Each sentence is complete, because languages order its parts in their own way.
    """
    count = number(records)
    texts = {
        (EventTopic.PRODUCT, EventSummary.CREATED): ngettext(
            "%(count)s product created", "%(count)s products created", records, count=count
        ),
        (EventTopic.PRODUCT, EventSummary.CHANGED): ngettext(
            "%(count)s product updated", "%(count)s products updated", records, count=count
        ),
        (EventTopic.PRODUCT, EventSummary.DELETED): ngettext(
            "%(count)s product deleted", "%(count)s products deleted", records, count=count
        ),
        (EventTopic.ORDER, EventSummary.CREATED): ngettext(
            "%(count)s order placed", "%(count)s orders placed", records, count=count
        ),
        (EventTopic.ORDER, EventSummary.CHANGED): ngettext(
            "%(count)s order updated", "%(count)s orders updated", records, count=count
        ),
        (EventTopic.ORDER, EventSummary.DELETED): ngettext(
            "%(count)s order deleted", "%(count)s orders deleted", records, count=count
        ),
        (EventTopic.CUSTOMER, EventSummary.CREATED): ngettext(
            "%(count)s customer added", "%(count)s customers added", records, count=count
        ),
        (EventTopic.CUSTOMER, EventSummary.CHANGED): ngettext(
            "%(count)s customer updated", "%(count)s customers updated", records, count=count
        ),
        (EventTopic.CUSTOMER, EventSummary.DELETED): ngettext(
            "%(count)s customer deleted", "%(count)s customers deleted", records, count=count
        ),
        (EventTopic.COUPON, EventSummary.CHANGED): ngettext(
            "%(count)s coupon updated", "%(count)s coupons updated", records, count=count
        ),
        (EventTopic.CATEGORY, EventSummary.CHANGED): ngettext(
            "%(count)s category updated", "%(count)s categories updated", records, count=count
        ),
    }
    return texts.get((topic, what)) or ngettext(
        "%(count)s event of the type %(type)s",
        "%(count)s events of the type %(type)s",
        records,
        count=count,
        type=event_type,
    )
