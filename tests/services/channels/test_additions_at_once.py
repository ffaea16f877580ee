"""Two connections that add the same thing at once: the second one waits, and finds the first."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

import pytest
from peewee import Database

from portal.models import ApiKey, AuditLogEntry, Channel, ChannelConsent, Merchant, Store
from portal.models.bulk import is_postgresql
from portal.rules.api_keys.key_scopes import KeyScope
from portal.services.api_keys import channel_keys
from portal.services.api_keys.channel_keys import add_key
from portal.services.channels.consents import grant_consent
from portal.services.runtime import Runtime

Made = TypeVar("Made")
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pid <> pg_backend_pid()"


def both_at_once(
    database: Database, first: Callable[[], Made], second: Callable[[], Made]
) -> tuple[Made, Made]:
    """Begin ``second`` in another connection before ``first`` is committed; return both results."""

    def elsewhere() -> Made:
        with database.connection_context():
            return second()

    with ThreadPoolExecutor(1) as pool:
        with database.atomic():
            made = first()
            future = pool.submit(elsewhere)
            wait_until_blocked(database, future)
        return made, future.result(20)


def wait_until_blocked(database: Database, future: Future[Made]) -> None:
    """Return when the other connection waits for a lock of this one, or has finished."""
    while is_postgresql(database) and not future.done():
        if database.execute_sql(WAITING).fetchone()[0]:
            return


@pytest.fixture
def database(runtime: Runtime) -> Database:
    """The database of the runtime."""
    found: Database = ApiKey._meta.database
    return found


def test_two_links_of_one_store_give_one_consent(
    database: Database, channel: Channel, store: Store, merchant: Merchant
) -> None:
    def grant(reference: str) -> ChannelConsent:
        scopes = [KeyScope.READ_CATALOG]
        return grant_consent(channel, store, scopes, merchant, external_reference=reference)

    one, other = both_at_once(database, lambda: grant("shop-7"), lambda: grant("shop-8"))

    assert one.id == other.id
    assert ChannelConsent.get().external_reference == "shop-8"
    entries = list(AuditLogEntry.select().order_by(AuditLogEntry.id))
    assert [entry.before is None for entry in entries] == [True, False]


def test_limit_of_keys_is_kept_by_two_connections(
    database: Database, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channel_keys, "KEYS_PER_CHANNEL", 1)

    def add() -> bool:
        return add_key(channel, "Key", [KeyScope.READ_CATALOG]) is not None

    assert both_at_once(database, add, add) == (True, False)
    assert ApiKey.select().count() == 1
