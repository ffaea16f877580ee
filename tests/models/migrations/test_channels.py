"""Keys and endpoints of before get the own channel of their merchant, and consents."""

from __future__ import annotations

from datetime import UTC, datetime

from peewee import Database

from portal.models import ApiKey, Channel, ChannelConsent, Delivery, WebhookEndpoint
from portal.models.migrations import migrate
from portal.services.channels.reach import store_ids_reached
from tests.models.migrations.rows import AT, insert, insert_store

LATER = "'2026-04-01 00:00:00.000000+00:00'"


def insert_earlier_rows(database: Database) -> None:
    """Ada owns three stores and works in none of Eve's; Bob has neither keys nor endpoints."""
    for number, name in enumerate(("ada", "eve", "bob"), start=1):
        account = {"email": f"'{name}@example.com'", "password_hash": "''", "locale": "'en'"}
        insert(database, "merchant", id=number, created_at=AT, **account)
    for store_id in (1003, 1004, 1005, 2004):
        insert_store(database, store_id)
        owner = 2 if store_id == 2004 else 1
        membership = {"merchant_id": owner, "store_id": store_id, "role": "'owner'"}
        insert(database, "membership", created_at=AT, **membership)
    for prefix, merchant, store, at in (
        ("a", 1, 1003, AT),
        ("b", 1, "NULL", LATER),
        ("c", 2, 1003, AT),
    ):
        key = {"name": "'ERP'", "prefix": f"'{prefix}'", "hash": "'x'", "scopes": "'[]'"}
        insert(database, "api_key", merchant_id=merchant, store_id=store, created_at=at, **key)
    endpoint = {"name": "'W'", "url": "''", "event_types": "'[]'", "sealed_secret": "''"}
    insert(
        database,
        "webhook_endpoint",
        id=7,
        merchant_id=2,
        store_id=2004,
        state="'on'",
        state_changed_at=AT,
        failures=0,
        alerted_percent=0,
        created_at=LATER,
        **endpoint,
    )
    insert(
        database, "outbound_event", id=1, uid="'m'", type="'ping'", detail="'{}'", happened_at=AT
    )
    insert(
        database, "delivery", event_id=1, endpoint_id=7, state="'waiting'", attempts=0, due_at=AT
    )


def test_keys_and_endpoints_keep_their_stores(empty_database: Database) -> None:
    migrate(empty_database, target="0042_bulk_actions")
    with empty_database.connection_context():
        insert_earlier_rows(empty_database)

    migrate(empty_database)

    with empty_database.connection_context():
        channels = list(Channel.select().order_by(Channel.merchant))
        assert [(row.kind, row.merchant_id) for row in channels] == [("own", 1), ("own", 2)]
        keys = ApiKey.select().order_by(ApiKey.prefix)
        assert [store_ids_reached(key) for key in keys] == [[1003], [1003, 1004, 1005], []]
        assert [key.mode for key in keys] == ["live"] * 3
        assert store_ids_reached(WebhookEndpoint.get()) == [2004]
        assert Delivery.get().endpoint == WebhookEndpoint.get()
        since = {row.store_id: row.granted_at for row in ChannelConsent.select()}
        march, april = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)
        assert since == {1003: march, 1004: april, 1005: april, 2004: april}
        assert all("read_orders" in row.scopes for row in ChannelConsent.select())
