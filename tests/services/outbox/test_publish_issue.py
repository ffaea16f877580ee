"""Events about issues go to the store's own side, and to the channels that they are about."""

from __future__ import annotations

from typing import Any

import pytest

from portal.models import (
    Channel,
    ChannelConsent,
    Delivery,
    Issue,
    Merchant,
    OrderSubmission,
    OutboundEvent,
    Store,
    WebhookEndpoint,
)
from portal.rules.connection.issue_kinds import CONNECTION_ISSUES, IssueKind
from portal.services.issues.update_counted_issues import update_counted_issues
from portal.services.notifications.issues import open_issue, resolve_issue
from portal.services.runtime import Runtime
from tests.factories import make_channel, make_channel_endpoint, make_endpoint
from tests.services.issues.rows import quarantine, reject

EVENTS = ["issue.opened", "issue.resolved"]


def make_marketplace(store: Store, runtime: Runtime, *scopes: str) -> Channel:
    """Save a channel that the store allows these scopes, with an endpoint for events of issues."""
    channel = make_channel()
    ChannelConsent.create(channel=channel, store=store, scopes=list(scopes))
    make_channel_endpoint(channel, runtime.sealer, event_types=EVENTS)
    return channel


@pytest.fixture
def own(store: Store, merchant: Merchant, runtime: Runtime) -> Channel:
    """The merchant's own channel, with an endpoint."""
    channel: Channel = make_endpoint(merchant, runtime.sealer, event_types=EVENTS).channel
    return channel


def received(channel: Channel) -> list[tuple[str, str, Any]]:
    """Return type, kind and count of the channel's events, in order."""
    rows = (
        Delivery.select(Delivery, OutboundEvent)
        .join(OutboundEvent)
        .switch(Delivery)
        .join(WebhookEndpoint)
        .where(WebhookEndpoint.channel == channel)
        .order_by(OutboundEvent.id)
    )
    return [
        (row.event.type, row.event.detail["kind"], row.event.detail.get("count")) for row in rows
    ]


def test_each_channel_learns_of_its_own_orders_when_they_begin_and_end(
    runtime: Runtime, store: Store, own: Channel
) -> None:
    first = make_marketplace(store, runtime, "write_orders")
    second = make_marketplace(store, runtime, "read_orders")
    third = make_marketplace(store, runtime, "read_catalog", "read_health")
    for channel in (first, first, second):
        reject(store, f"channel {channel.id}")
        update_counted_issues(runtime)
    opened, resolved = (("issue." + what, "orders_rejected") for what in ("opened", "resolved"))
    assert received(first) == received(second) == received(own) == [(*opened, 1)]

    OrderSubmission.delete().where(OrderSubmission.sender == f"channel {second.id}").execute()
    update_counted_issues(runtime)
    assert received(second) == [(*opened, 1), (*resolved, 0)]
    assert received(own) == received(first) == [(*opened, 1)]
    OrderSubmission.delete().execute()
    update_counted_issues(runtime)

    assert received(own) == received(first) == [(*opened, 1), (*resolved, 0)]
    assert received(third) == []
    ended = OutboundEvent.select().order_by(OutboundEvent.id.desc()).first()
    assert ended.record_id == Issue.get().id
    assert "resolved_at" in ended.detail


def test_other_issues_go_to_channels_that_may_read_the_health(
    runtime: Runtime, store: Store, own: Channel
) -> None:
    healthy = make_marketplace(store, runtime, "read_health")
    ordering = make_marketplace(store, runtime, "read_orders", "write_orders")
    kind = IssueKind.TOKEN_DEAD
    quarantine(store)
    update_counted_issues(runtime)
    open_issue(store.id, kind, CONNECTION_ISSUES[kind])
    open_issue(store.id, kind, CONNECTION_ISSUES[kind])
    resolve_issue(store.id, kind)

    assert received(healthy) == received(own)
    assert received(healthy) == [
        ("issue.opened", "records_quarantined", 1),
        ("issue.opened", "token_dead", None),
        ("issue.resolved", "token_dead", None),
    ]
    assert received(ordering) == []
