"""Long lists: many copies of each row of a small store, so that every page is full."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from peewee import AutoField

from portal.models import (
    Alert,
    AlertChannel,
    AlertDelivery,
    AlertMessage,
    ApiKey,
    AuditLogEntry,
    BrowserSession,
    BulkAction,
    BulkActionItem,
    Category,
    Channel,
    ChannelConsent,
    ChannelPick,
    ChannelProduct,
    ChannelSelection,
    Coupon,
    Customer,
    Delivery,
    DeliveryAttempt,
    EndpointAlert,
    EventAttempt,
    EventBatch,
    EventReplay,
    FreshnessPoint,
    Issue,
    Membership,
    Merchant,
    MirrorCount,
    Notification,
    Onboarding,
    Order,
    OrderItem,
    OrderSubmission,
    OrderUpdate,
    OutboundEvent,
    PrivacyRequest,
    Product,
    Quarantine,
    RecordChange,
    RejectedWebhookCount,
    ReplayedEvent,
    Resource,
    Role,
    SchemaChange,
    SecurityEvent,
    Store,
    StoreInvitation,
    SubmissionStep,
    SyncRun,
    SyncState,
    TimelineEntry,
    Variation,
    WebhookEndpoint,
    WebhookEvent,
    utc_now,
)
from portal.models.base import Table
from portal.models.bulk import chunked
from portal.rules.accounts.audit_actions import AuditAction
from portal.rules.accounts.security_event_kinds import SecurityEventKind
from portal.rules.accounts.team_refusals import TEAM_LIMIT
from portal.rules.api_keys.key_scopes import STORE_SCOPES
from portal.rules.records.sellable import UnsellableReason
from portal.services.alerts.channels import CHANNELS_LIMIT
from portal.services.api_keys.channel_keys import KEYS_PER_CHANNEL
from portal.services.events.index_event_terms import index_next_batch
from portal.services.operator.summarize_stores import summarize
from portal.services.outbound_webhooks.endpoints import ENDPOINTS_PER_CHANNEL
from portal.services.sync.freshness_history import SLOT, slot_of

# More than one page of each list.
MANY = 60
STORES = 300
LONG_NAME = "Stoneware & porcelain from the workshop by the river, No. {}"
OTHER_STORE = 5_000

Change = Callable[[int], Any]


def copy_row(row: Table, count: int, **changes: Change) -> None:
    """Insert ``count`` copies of a row; each of ``changes`` returns a column's value by number."""
    table = type(row)
    values = {
        field.name: row.__data__.get(field.name)
        for field in table._meta.sorted_fields
        if not isinstance(field, AutoField)
    }
    copies = [
        {**values, **{name: change(number) for name, change in changes.items()}}
        for number in range(1, count + 1)
    ]
    for some in chunked(copies, 100):
        table.insert_many(some).execute()


def fill_lists(rows: dict[str, Any], owner: Merchant) -> None:
    """Fill all lists of the store and of its owner; ``rows`` are those of `make_rows`."""
    store = Store.get_by_id(rows["store_id"])
    _fill_stores(store, owner)
    _fill_records(store, rows)
    _fill_events(store, rows, owner)
    _fill_sync(store)
    _fill_team(store, owner)
    _fill_account(store, rows, owner)
    _fill_operator(store)
    _fill_channel(rows)
    _fill_catalog(store, rows)


def _fill_catalog(store: Store, rows: dict[str, Any]) -> None:
    consent = {"consent": rows["consent_id"]}
    ChannelSelection.create(store=store, unsellable=MANY, **consent)
    reasons = ",".join(reason.value for reason in UnsellableReason)
    ids = range(1_001, 1_001 + MANY)
    ChannelProduct.insert_many(
        {**consent, "product_id": each, "is_selected": True, "reasons": reasons} for each in ids
    ).execute()
    ChannelPick.insert_many(
        {**consent, "product_id": each, "is_picked": True} for each in ids
    ).execute()
    copy_row(
        Category.get(store=store), 3 * MANY, remote_id=lambda n: 5_000 + n, name=LONG_NAME.format
    )


def _fill_stores(store: Store, owner: Merchant) -> None:
    copy_row(
        store,
        STORES,
        id=lambda n: OTHER_STORE + n,
        name=LONG_NAME.format,
        url=lambda n: f"https://workshop-{n}.company.example",
        last_event_at=lambda _: utc_now(),
    )
    copy_row(Membership.get(store=store, merchant=owner), STORES, store=lambda n: OTHER_STORE + n)


def _fill_records(store: Store, rows: dict[str, Any]) -> None:
    for table in (Product, Customer, Coupon, Order):
        copy_row(table.get(store=store), MANY, remote_id=lambda n: 1_000 + n)
        MirrorCount.add(store.id, table._meta.table_name, MANY)
    now = utc_now()
    part = {"store": store, "raw": {}, "remote_updated_at": now, "synced_at": now}
    Category.upsert([{**part, "store": store.id, "remote_id": 7, "name": "Mugs"}])
    Variation.upsert(
        {
            **part,
            "store": store.id,
            "remote_id": number,
            "product_id": rows["product_id"],
            "number": number,
            "sku": f"MUG-{number}",
            "options": [{"name": "Size", "value": f"{number} cm"}],
        }
        for number in range(1, 3 * MANY)
    )
    copy_row(OrderItem.get(store=store), MANY, remote_id=lambda n: 1_000 + n, position=lambda n: n)
    submission = OrderSubmission.get_by_id(rows["submission_id"])
    copy_row(submission, MANY, idempotency_key=lambda n: f"k{n}", reference=lambda n: f"ours-{n}")
    SubmissionStep.insert_many(
        [{"submission": submission, "state": "received", "detail": "x" * 80}] * 10
    ).execute()
    update = OrderUpdate.get_by_id(rows["update_id"])
    update.changes, update.expected = {"privateAdminNotes": "y" * 200}, {"privateAdminNotes": ""}
    senders = (update.sender, "channel 1", "api_key 1")
    copy_row(update, MANY, actor=lambda _: None, sender=lambda n: senders[n % len(senders)])
    copy_row(update, MANY, order_id=lambda n: 10_000 + n, state=lambda _: "conflict")
    copy_row(PrivacyRequest.get(store=store), MANY, emails=lambda n: [f"a{n}@shopper.example"])


def _fill_events(store: Store, rows: dict[str, Any], owner: Merchant) -> None:
    event = WebhookEvent.get(event_id=rows["event_id"])
    WebhookEvent.update(payload={"data": ["x" * 100] * MANY}).where(
        WebhookEvent.id == event.id
    ).execute()
    copy_row(event, MANY, event_id=str, entity_id=lambda n: str(1_000 + n))
    while index_next_batch():
        pass
    copy_row(event, 10, event_id=lambda n: f"o{n}", type=lambda n: f"kind{n}.updated")
    replay = EventReplay.get_by_id(rows["replay_id"])
    copy_row(replay, MANY, requested_by=lambda _: owner, canceled_by=lambda _: owner)
    for old in EventReplay.select().limit(12):
        ReplayedEvent.create(replay=old, event=event, state_before="dead", attempts_before=5)
    now = utc_now()
    call = {"method": "GET", "path": "/products", "status": 200, "ms": 150}
    for number in range(1, 25):
        batch = EventBatch.create(
            store_id=store.id,
            topic="product",
            worker="host.events.1",
            started_at=now,
            ended_at=now,
            entities=30,
            events=30,
            calls=[call] * MANY,
        )
        EventAttempt.create(event=event, batch=batch, number=number, outcome="applied")
    RecordChange.insert_many(
        {
            "store": store,
            "resource": "products",
            "remote_id": rows["product_id"],
            "event": event,
            "kind": "updated",
            "changes": [{"field": f"f{n}", "before": "1", "after": "2"} for n in range(20)],
        }
        for _ in range(MANY)
    ).execute()


def _fill_sync(store: Store) -> None:
    now = utc_now()
    first = SyncRun.get(store=store)
    SyncRun.update(finished_at=now, state="done", checked_at=now).execute()
    for resource in Resource:
        SyncState.create(store=store, resource=resource, last_success_at=now, high_water_at=now)
        points = [
            {
                "store": store,
                "resource": resource,
                "at": slot_of(now) - number * SLOT,
                "freshness": ("on_time", "late")[number % 2],
                "minutes_behind": 2,
            }
            for number in range(190)
        ]
        FreshnessPoint.insert_many(points).execute()
        copy_row(
            first,
            MANY,
            resource=lambda _, r=resource: r,
            finished_at=lambda _: now,
            state=lambda _: "partial",
            error=lambda _: "x" * 100,
        )
        copy_row(first, 1, resource=lambda _, r=resource: r, state=lambda _: "running")
        copy_row(
            Quarantine.get(),
            MANY,
            resource=lambda _, r=resource: r,
            entity_id=lambda n: str(100 + n),
            payload=lambda _: {"description": "x" * 1_000},
        )
    copy_row(Issue.get(), MANY, resolved_at=lambda _: now)
    entry = TimelineEntry.create(store=store, what="issue_opened", detail={"kind": "plan_blocked"})
    copy_row(entry, MANY)


def _fill_team(store: Store, owner: Merchant) -> None:
    count = TEAM_LIMIT - 10
    copy_row(owner, count, email=lambda n: f"person.{n}@a-company-of-some-size.example")
    people = list(Merchant.select().order_by(Merchant.id.desc()).limit(count))
    copy_row(
        Membership.get(store=store, merchant=owner),
        count,
        merchant=lambda n: people[n - 1],
        role=lambda _: Role.MANAGER,
    )
    waiting = StoreInvitation.get()
    copy_row(waiting, 9, email=lambda n: f"new{n}@shop.example", token_digest=lambda n: f"t{n}")
    copy_row(
        waiting,
        MANY,
        store=lambda n: OTHER_STORE + n,
        email=lambda _: owner.email,
        token_digest=lambda n: f"o{n}",
    )


def _fill_account(store: Store, rows: dict[str, Any], owner: Merchant) -> None:
    key = ApiKey.get_by_id(rows["key_id"])
    copy_row(key, KEYS_PER_CHANNEL - 2, prefix=lambda n: f"p{n}", store=lambda n: OTHER_STORE + n)
    copy_row(key, MANY, prefix=lambda n: f"r{n}", revoked_at=lambda _: utc_now())
    endpoint = WebhookEndpoint.get_by_id(rows["endpoint_id"])
    copy_row(endpoint, ENDPOINTS_PER_CHANNEL - 1, store=lambda n: OTHER_STORE + n)
    copy_row(OutboundEvent.get(), MANY, uid=lambda n: f"e{n}")
    event_ids = [event.id for event in OutboundEvent.select().order_by(OutboundEvent.id)]
    copy_row(Delivery.get_by_id(rows["delivery_id"]), MANY, event=lambda n: event_ids[n])
    DeliveryAttempt.insert_many(
        [{"delivery": rows["delivery_id"], "status": 500, "response_body": "x" * 500}] * 20
    ).execute()
    copy_row(
        BrowserSession.get(merchant=owner),
        MANY,
        token_digest=lambda n: f"s{n}",
        user_agent=lambda _: "Mozilla/5.0 (X11; Linux x86_64) " + "x" * 100,
    )


def _fill_channel(rows: dict[str, Any]) -> None:
    channel = Channel.get_by_id(rows["marketplace_id"])
    copy_row(channel, MANY, name=LONG_NAME.format)
    ChannelConsent.insert_many(
        {"channel": other, "store": rows["store_id"], "scopes": list(STORE_SCOPES)}
        for other in Channel.select().where(Channel.merchant.is_null(), Channel.id != channel.id)
    ).execute()
    key = ApiKey.get_by_id(rows["program_key_id"])
    copy_row(key, KEYS_PER_CHANNEL - 1, prefix=lambda n: f"q{n}")
    endpoint = WebhookEndpoint.get_by_id(rows["program_endpoint_id"])
    copy_row(endpoint, ENDPOINTS_PER_CHANNEL - 1, url=lambda n: f"https://hooks-{n}.example/")
    ChannelConsent.insert_many(
        {"channel": channel, "store": OTHER_STORE + number, "scopes": list(STORE_SCOPES)}
        for number in range(1, MANY)
    ).execute()
    copy_row(Onboarding.get(Onboarding.channel == channel), MANY, store_id=lambda _: None)


def _fill_operator(store: Store) -> None:
    issues = list(Issue.select(Issue.id))
    copy_row(
        Notification.get(),
        MANY,
        issue=lambda n: issues[n % len(issues)].id,
        medium=lambda n: f"m{n}",
    )
    copy_row(EndpointAlert.get(), MANY)
    _fill_alerts()
    copy_row(BulkAction.get(), MANY)
    copy_row(BulkActionItem.get(), MANY, store=lambda n: OTHER_STORE + n)
    entry = AuditLogEntry.select().order_by(AuditLogEntry.id.desc()).first()
    copy_row(
        entry,
        MANY,
        action=lambda _: "run.started",
        actor_name=lambda n: f"api_key {n}",
        before=lambda _: {"runs": list(range(100))},
        after=lambda _: {"runs": list(range(200))},
    )
    _fill_security(store)
    copy_row(Onboarding.get(), MANY, store_id=lambda n: OTHER_STORE + n)
    SchemaChange.insert_many(
        {
            "store": OTHER_STORE + number,
            "resource": "products",
            "field": f"field{number % 30}",
            "change": "changed",
            "before": "string",
            "after": "number",
        }
        for number in range(1, 3 * MANY)
    ).execute()
    RejectedWebhookCount.insert_many(
        {
            "hour_at": utc_now() - timedelta(hours=number % 20),
            "reason": "wrong_signature",
            "store_id": OTHER_STORE + number,
            "receipts": number,
            "last_received_at": utc_now(),
        }
        for number in range(1, 3 * MANY)
    ).execute()
    summarize(lambda store_id: store_id > 0, utc_now())


def _fill_security(store: Store) -> None:
    owner, now = Merchant.get(email="owner@example.com"), utc_now()
    SecurityEvent.insert_many(
        {
            "key": str(number),
            "hour_at": now,
            "kind": SecurityEventKind.STORE_REFUSED,
            "merchant": owner,
            "store": store,
            "network": f"2001:db8:{number}::/48",
            "endpoint": "operator.confirm_alert_channel_deletion",
            "count": number,
            "first_at": now,
            "last_at": now,
        }
        for number in range(1, MANY)
    ).execute()
    entry = AuditLogEntry.create(
        actor_name="command line",
        action=AuditAction.ACCOUNT_SESSIONS_ENDED,
        target=f"merchant {owner.id}",
    )
    copy_row(entry, MANY)


def _fill_alerts() -> None:
    alert = Alert.get()
    copy_row(alert, MANY, store=lambda n: OTHER_STORE + n, subject=lambda n: f"store {n}")
    copy_row(alert, MANY, resolved_at=lambda _: utc_now())
    copy_row(AlertChannel.get(), CHANNELS_LIMIT - 1, name=LONG_NAME.format)
    channels = list(AlertChannel.select())
    message = AlertMessage.get()
    copy_row(message, MANY, uid=str, channel=lambda n: channels[n % len(channels)].id)
    messages = list(AlertMessage.select())
    copy_row(
        AlertDelivery.get(),
        MANY,
        message=lambda n: messages[n].id,
        error=lambda _: "refused for good: SMTPRecipientsRefused 550 5.1.1",
        state=lambda _: "failed",
    )
