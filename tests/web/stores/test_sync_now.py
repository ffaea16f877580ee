"""A person who asks for a sync or a check gets a real one: token, permissions and records."""

from __future__ import annotations

import re
import time
from datetime import timedelta

import pytest

from daemon.queue_worker import make_worker
from portal.models import SYNC_ORDER, Resource, Store, StoreState, SyncRun, SyncState, utc_now
from portal.services.connection.probe_store import probe_store
from portal.services.runtime import Runtime
from portal.services.sync.engine import process_run
from portal.services.sync.poll_store import poll_store
from tests.web.conftest import Connect, Ecwid, Visitor, page_text


@pytest.fixture
def store_id(browser: Visitor, ecwid: Ecwid, connect: Connect, runtime: Runtime) -> int:
    """A connected store that is in sync."""
    store_id = ecwid.add_store(name="Clay & Co", products=2)
    connect(browser, store_id)
    for run in SyncRun.select():
        process_run(runtime, run.id)
    probe_store(runtime, store_id)
    runtime.redis.flushall()
    return store_id


def page_of(browser: Visitor, store_id: int, path: str = "") -> str:
    """Return the text of a page of the store."""
    return page_text(browser.get(f"/stores/{store_id}{path}"))


def work(runtime: Runtime) -> None:
    """Do what the daemon does with the jobs that wait now."""
    for queue in ("checks", "sync"):
        make_worker(queue, runtime.redis).work(burst=True, logging_level="WARNING")


@pytest.mark.parametrize("path", ["/sync", "/sync/start/products"])
def test_sync_now_after_the_token_was_revoked_says_reconnect(
    browser: Visitor, ecwid: Ecwid, jobs_runtime: Runtime, store_id: int, path: str
) -> None:
    ecwid.server.parts.stores.uninstall(store_id)
    started_s = time.monotonic()

    browser.post(f"/stores/{store_id}{path}")
    work(jobs_runtime)

    assert "Ecwid no longer accepts our access." in page_of(browser, store_id)
    assert time.monotonic() - started_s < 10


def test_sync_now_after_a_permission_was_removed_says_so(
    browser: Visitor, ecwid: Ecwid, jobs_runtime: Runtime, store_id: int
) -> None:
    kept = ["read_store_profile", "read_catalog", "read_orders", "read_customers"]
    ecwid.server.parts.stores.set_scopes(store_id, kept)

    browser.post(f"/stores/{store_id}/sync")
    work(jobs_runtime)

    assert "Some permissions are missing" in page_of(browser, store_id)


def test_sync_now_reads_records_and_does_not_trust_the_statistics(
    browser: Visitor, runtime: Runtime, store_id: int
) -> None:
    hour_ago = utc_now() - timedelta(hours=1)
    SyncState.update(
        last_read_at=hour_ago, remote_changed_at=hour_ago - timedelta(days=1)
    ).execute()

    browser.post(f"/stores/{store_id}/sync")
    assert {run.checkpoint["phase"] for run in _unfinished()} == {"pages"}
    for run in _unfinished():
        process_run(runtime, run.id)

    assert SyncState.select().where(SyncState.last_read_at > hour_ago).count() == len(SYNC_ORDER)


def test_check_of_the_statistics_alone_is_no_read(
    browser: Visitor, runtime: Runtime, store_id: int
) -> None:
    hour_ago = utc_now() - timedelta(hours=1)
    SyncState.update(
        last_read_at=hour_ago,
        last_success_at=hour_ago,
        high_water_at=utc_now(),
        next_due_at=hour_ago,
    ).execute()
    later = utc_now() + timedelta(hours=1)
    SyncState.update(high_water_at=later - timedelta(minutes=59)).execute()

    poll_store(runtime, store_id)

    state = SyncState.get(SyncState.resource == Resource.ORDERS)
    assert state.last_read_at == hour_ago
    page = page_of(browser, store_id, "/sync")
    assert "Records last read 60 minutes ago" in page or "Records last read 1 hour ago" in page
    assert "ompared with the store" not in page


def test_connection_page_says_when_it_was_checked_and_shows_the_result(
    browser: Visitor, ecwid: Ecwid, runtime: Runtime, store_id: int
) -> None:
    Store.update(probed_at=utc_now() - timedelta(minutes=23)).execute()
    before = page_of(browser, store_id, "/connection")
    ecwid.server.parts.stores.uninstall(store_id)

    answer = browser.post(f"/stores/{store_id}/check-connection?page=connection")
    running = page_text(browser.get(answer.headers["Location"]))
    live = answer.headers["Location"].replace("/connection?", "/connection/check?")
    version = {"Live-Version": "", "HX-Target": "connection"}
    polled = browser.get(live, headers=version).text
    probe_store(runtime, store_id)
    done = browser.get(live, headers=version).text

    assert re.search(r"Connection last checked 23 minutes ago ?\.", before)
    assert "Check connection now" in before
    assert "Checking the connection now" in running
    assert "<html" not in polled
    assert "/connection/check?requested=" in polled
    assert "hx-get" not in done
    assert "Reconnect the store" in done
    after = page_of(browser, store_id, "/connection")
    assert "Ecwid no longer accepts our access." in after
    assert re.search(r"Connection last checked just now ?\.", after)
    assert Store.get_by_id(store_id).state == StoreState.RECONNECT


def test_check_without_an_answer_says_so_after_a_minute(browser: Visitor, store_id: int) -> None:
    requested = int(time.time()) - 61
    Store.update(probed_at=utc_now() - timedelta(hours=1)).execute()

    page = page_of(browser, store_id, f"/connection?requested={requested}")

    assert "Ecwid hasn't answered yet." in page


@pytest.mark.parametrize("requested", [1, 2**62])
def test_old_address_of_a_check_shows_the_last_one(
    browser: Visitor, store_id: int, requested: int
) -> None:
    assert "last checked" in page_of(browser, store_id, f"/connection?requested={requested}")


def _unfinished() -> list[SyncRun]:
    return list(SyncRun.select().where(SyncRun.finished_at.is_null()))
