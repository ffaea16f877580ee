"""Thousands of mirrored stores: a sandbox with copies of one store, and their rows in a database.

One store is mirrored by a daemon. Its rows are then copied for all other stores, with due times as
a daemon leaves them: spread evenly over the pace of quiet stores. Webhooks are not proven for any
store, which is the expensive case, because such stores are polled most often.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import requests
from peewee import AutoField, BigAutoField

from benchmarks.mirroring import Backend, Ecwid, Mirror, ecwid, running_daemon
from portal.models import Grant, Store, SyncState, WebhookHealth, utc_now
from portal.models.base import Table
from portal.models.bulk import ROWS_PER_STATEMENT, chunked, insert_rows, is_postgresql, quote_name
from portal.rules.connection.scopes import REQUIRED_NAMES

COUNTS = {"products": 4, "orders": 3, "customers": 2, "coupons": 1}
# Time between two polls of a quiet store without proven webhooks, all its resources together.
PACE_S = 240.0
CHECK_EVERY_S = 3600.0
QUIET_S = 24 * 3600
TIMEOUT_S = 120.0
# Tables whose rows are written one by one or by triggers, or belong to no store.
WRITTEN_APART = ("store", "grant", "sync_state", "circuit_breaker", "product_category")


@dataclass(frozen=True)
class Shops:
    """A sandbox with many equal stores: their ids and tokens, and the ids of their products."""

    sandbox: Ecwid
    tokens: dict[int, str]
    product_ids: list[int]

    @property
    def ids(self) -> list[int]:
        """Ids of all stores, the original one included."""
        return list(self.tokens)

    def calls(self) -> int:
        """Return the number of REST calls since the last reset."""
        url = f"{self.sandbox.url}/_sandbox/api/requests"
        return sum(row["count"] for row in requests.get(url, timeout=60).json())

    def reset_calls(self) -> None:
        """Reset the number of REST calls and the used quotas."""
        requests.delete(f"{self.sandbox.url}/_sandbox/api/requests", timeout=60)


@contextmanager
def shops(count: int) -> Iterator[Shops]:
    """Run a sandbox with ``count`` stores of a few records each; it registers no webhooks."""
    with ecwid(**COUNTS) as original:
        original.turn(webhook_registration="off", quota_per_minute="600")
        api = f"{original.url}/_sandbox/api/stores/{original.store_id}"
        wanted = {"count": max(1, count - 1), "quiet_s": QUIET_S}
        made = requests.post(f"{api}/copies", json=wanted, timeout=300).json()["stores"]
        tokens = {original.store_id: original.token}
        tokens |= {store["store_id"]: store["token"] for store in made[: count - 1]}
        products = requests.get(f"{api}/snapshot", timeout=60).json()["products"]
        yield Shops(original, tokens, [product["id"] for product in products])


def seed(below: Backend, made: Shops, folder: Path, *, away_s: float = 0.0) -> None:
    """Fill the database with the mirrored stores.

    ``away_s`` is how long no daemon has run: the due times are those of its last moment.
    """
    with running_daemon(below.environ, folder) as daemon:
        mirror = Mirror(below.runtime, daemon, below.environ)
        mirror.seconds(mirror.connect(made.sandbox), TIMEOUT_S)
        _wait_for_check(below, made.sandbox.store_id)
    with below.runtime.database.connection_context():
        _copy_store_rows(below, made, away_s)
        _copy_records(made.sandbox.store_id)
        _write_sync_states(made, away_s)
        if is_postgresql(below.runtime.database):
            # Autovacuum would do this about a minute after so many inserts.
            below.runtime.database.execute_sql("ANALYZE")


def _wait_for_check(below: Backend, store_id: int) -> None:
    deadline = time.monotonic() + TIMEOUT_S
    while time.monotonic() < deadline:
        with below.runtime.database.connection_context():
            if Store.get_by_id(store_id).probed_at is not None:
                return
        time.sleep(0.2)
    raise TimeoutError("the connection of the original store was not checked")


def _copy_store_rows(below: Backend, made: Shops, away_s: float) -> None:
    rng, away = Random(1), timedelta(seconds=away_s)
    original = Store.get_by_id(made.sandbox.store_id)
    now = utc_now()
    rows = [
        original.__data__
        | {"id": store_id, "name": f"Store {store_id}"}
        | _unproven(now, rng.uniform(0, CHECK_EVERY_S), away)
        for store_id in made.ids
    ]
    Store.update(**_changes(rows[0])).where(Store.id == original.id).execute()
    for part in chunked(rows[1:], ROWS_PER_STATEMENT):
        insert_rows(Store, part)
    grants = [
        {
            "store": store_id,
            "sealed_access_token": below.runtime.sealer.seal(
                token, "grant.sealed_access_token", store_id
            ),
            "scopes": list(REQUIRED_NAMES),
        }
        for store_id, token in made.tokens.items()
        if store_id != original.id
    ]
    for part in chunked(grants, ROWS_PER_STATEMENT):
        insert_rows(Grant, part)


def _changes(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "id"}


def _unproven(now: datetime, due_in_s: float, away: timedelta) -> dict[str, Any]:
    due_at = now - away + timedelta(seconds=due_in_s)
    registered_at = now - away - timedelta(hours=3)
    return {
        "connected_at": registered_at,
        "created_at": registered_at,
        "state_changed_at": registered_at,
        "probe_due_at": due_at,
        "probed_at": due_at - timedelta(seconds=CHECK_EVERY_S),
        "webhook_mode": "app",
        "webhook_check_due_at": None,
        "webhook_health": WebhookHealth.WAITING,
        "webhook_registered_at": registered_at,
        "webhook_health_changed_at": registered_at,
        "last_event_at": None,
    }


def _copy_records(original_id: int) -> None:
    """Copy all rows of the original store for every other store."""
    for model in _tables():
        meta = model._meta  # noqa: SLF001 - peewee documents it
        names = [
            quote_name(name)
            for name, field in meta.columns.items()
            if name != "store_id" and not isinstance(field, AutoField | BigAutoField)
        ]
        columns = ", ".join(names)
        values = ", ".join(f"original.{name}" for name in names)
        table, parameter = quote_name(meta.table_name), meta.database.param
        meta.database.execute_sql(
            f"INSERT INTO {table} (store_id, {columns}) SELECT copy.id, {values}"
            f" FROM store AS copy CROSS JOIN {table} AS original"
            f" WHERE original.store_id = {parameter} AND copy.id <> {parameter}",
            (original_id, original_id),
        )


def _tables() -> Iterator[type[Table]]:
    waiting = list(Table.__subclasses__())
    while waiting:
        model = waiting.pop()
        waiting += model.__subclasses__()
        meta = model._meta  # noqa: SLF001 - peewee documents it
        name = meta.table_name
        if "store_id" in meta.columns and name not in WRITTEN_APART and model.table_exists():
            yield model


def _write_sync_states(made: Shops, away_s: float) -> None:
    rng, now = Random(2), utc_now()
    original_id = made.sandbox.store_id
    originals = list(SyncState.select().where(SyncState.store == original_id))
    SyncState.delete().execute()
    rows = []
    for store_id in made.ids:
        due_at = now - timedelta(seconds=away_s) + timedelta(seconds=rng.uniform(0, PACE_S))
        polled_at = due_at - timedelta(seconds=PACE_S)
        changes = {
            "store": store_id,
            "high_water_at": polled_at,
            "last_success_at": polled_at,
            "next_due_at": due_at,
            "next_reconciliation_at": now + timedelta(hours=12),
            "remote_changed_at": now - timedelta(seconds=QUIET_S),
            "remote_checked_at": polled_at,
            "quiet_since_at": now - timedelta(seconds=QUIET_S),
            "check_interval_s": round(PACE_S),
        }
        rows += [
            {name: changes.get(name, value) for name, value in original.__data__.items()}
            for original in originals
        ]
    for row in rows:
        del row["id"]
    for part in chunked(rows, ROWS_PER_STATEMENT):
        insert_rows(SyncState, part)
