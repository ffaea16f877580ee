"""Hold the shapes of what channels are sent."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from portal.web.api.record_schemas import Moment

Address = Annotated[str, Meta(description="Where it is read, with a key.")]
HappenedAt = Annotated[Moment, Meta(description="When it happened here.")]


class RecordEventData(Struct):
    """Which record has changed; how it is now is what its address answers."""

    store_id: int
    id: Annotated[int, Meta(description="The record's id, as the API knows it.")]
    url: Address
    updated_at: Annotated[
        Moment | None, Meta(description="Its update time in the store; not of what is gone.")
    ] = None


class RecordEvent(Struct):
    """A product or an order is new, has changed, or is gone."""

    type: Literal[
        "product.created",
        "product.updated",
        "product.deleted",
        "order.created",
        "order.updated",
        "order.deleted",
    ]
    timestamp: HappenedAt
    data: RecordEventData


class StoreEventData(Struct):
    """How a store stands now."""

    store_id: int
    state: Annotated[str, Meta(description="As in the API's Store.")]
    reason: Annotated[str, Meta(description="What happened, such as `token_dead`.")]
    url: Address


class StoreEvent(Struct):
    """A store's connection has changed."""

    type: Literal[
        "store.connected", "store.needs_attention", "store.recovered", "store.disconnected"
    ]
    timestamp: HappenedAt
    data: StoreEventData


class PingEventData(Struct):
    """Nothing."""


class PingEvent(Struct):
    """A test: answer it as any other message."""

    type: Literal["ping"]
    timestamp: HappenedAt
    data: PingEventData
