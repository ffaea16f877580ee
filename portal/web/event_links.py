"""Links from events to the pages of the products that they are about."""

from __future__ import annotations

from collections.abc import Iterable

from portal.models import Product, WebhookEvent
from portal.rules.sync.resources import EventTopic
from portal.rules.webhooks.event_types import topic_of
from portal.services.mirror.resources import is_number
from portal.services.records.mirrored_ids import mirrored_ids


def linked_products(store_id: int, events: Iterable[WebhookEvent]) -> dict[int, int]:
    """Return the id of the product by event id, for each event whose product has a page.

    Anybody who knows the client secret can name any entity, and an event may arrive before its
    product is read.
    """
    named = {event.id: number for event in events if (number := _product_id(event))}
    known = mirrored_ids(Product, store_id, named.values())
    return {event_id: number for event_id, number in named.items() if number in known}


def _product_id(event: WebhookEvent) -> int | None:
    text = event.entity_id or ""
    is_product = topic_of(event.type) is EventTopic.PRODUCT and is_number(text)
    return int(text) if is_product else None
