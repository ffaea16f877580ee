"""Webhooks are registered where Ecwid offers it; otherwise the app's settings cover the store."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import requests
import requests_mock

from portal.ecwid.errors import EcwidUnavailableError
from portal.errors import StoreNotConnectedError
from portal.jobs import PROBE_STORE
from portal.models import Grant, Store, StoreState, TimelineEntry, WebhookHealth, utc_now
from portal.rules.connection.issue_kinds import IssueKind, silent_webhooks_texts
from portal.rules.connection.scopes import REQUIRED_NAMES, events_for
from portal.sandbox.admin_operations import add_store
from portal.sandbox.server import SandboxServer
from portal.services.connection.register_webhooks import (
    RECHECK_AFTER_S,
    RECHECK_SPREAD_S,
    RETRY_AFTER_S,
    RETRY_AFTER_TIMEOUT_S,
    register_if_due,
    register_webhooks,
    unregister_webhooks,
)
from portal.services.notifications.issues import open_issue, open_issues
from portal.services.runtime import Runtime
from portal.wake_keys import wake_key
from tests.factories import make_grant, make_store
from tests.services.conftest import PROFILE, WEBHOOKS, during_call

OUR_URL = "http://127.0.0.1:8000/webhooks/ecwid"
EVENTS = list(events_for(REQUIRED_NAMES))


def in_mode(runtime: Runtime, mode: str) -> Runtime:
    """Return the runtime of a portal with this webhook mode."""
    return replace(runtime, settings=replace(runtime.settings, ecwid_webhook_mode=mode))


def listing(*items: Any) -> dict[str, Any]:
    """Return Ecwid's list of registrations."""
    return {"total": len(items), "count": len(items), "offset": 0, "limit": 100, "items": items}


def ours(number: int = 1, events: list[str] | None = None) -> dict[str, Any]:
    """Return a registration with our URL."""
    return {"id": number, "url": OUR_URL, "events": EVENTS if events is None else events}


def calls(ecwid: requests_mock.Mocker) -> list[str]:
    """Return the requests to Ecwid, in order."""
    return [f"{call.method} {call.path.rpartition('/1003')[2]}" for call in ecwid.request_history]


def kept() -> Store:
    """Return the store's current row."""
    found: Store = Store.get_by_id(1003)
    return found


def until_due() -> timedelta:
    """Return the time until the next check of the registration."""
    due: timedelta = kept().webhook_check_due_at - utc_now()
    return due


def reported() -> list[str]:
    """Return the store's timeline, in order."""
    return [row.what for row in TimelineEntry.select().order_by(TimelineEntry.id)]


def test_store_without_our_registration_gets_one(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    ecwid.get(WEBHOOKS, json=listing({"id": 9, "url": "https://other.example", "events": []}))
    ecwid.post(WEBHOOKS, json={"id": 10})

    register_webhooks(runtime, 1003)

    assert calls(ecwid) == ["GET /webhooks", "POST /webhooks"]
    assert ecwid.last_request.json() == {"url": OUR_URL, "events": EVENTS}
    assert (kept().webhook_mode, kept().webhook_url) == ("api", OUR_URL)
    assert kept().webhook_health == WebhookHealth.WAITING
    assert kept().webhook_registered_at == kept().webhook_health_changed_at
    assert reported() == ["webhooks_registered"]


def test_concurrent_registrations_of_a_store_make_their_calls_once(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    ecwid.get(WEBHOOKS, json=listing(ours()))

    def register(_: int) -> None:
        with runtime.database.connection_context():
            register_if_due(runtime, 1003)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(register, range(8)))

    assert calls(ecwid) == ["GET /webhooks"]


def test_registration_requested_during_a_registration_stays_due(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    def request() -> None:
        Store.update(webhook_check_due_at=utc_now()).execute()

    ecwid.get(WEBHOOKS, additional_matcher=during_call(request), json=listing(ours()))

    register_if_due(runtime, 1003)

    assert until_due() <= timedelta()


def test_only_events_allowed_by_the_scopes_are_requested(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    Grant.update(scopes=["read_catalog"]).execute()
    ecwid.get(WEBHOOKS, json=listing())
    ecwid.post(WEBHOOKS, json={"id": 10})

    register_webhooks(runtime, 1003)

    assert ecwid.last_request.json()["events"] == list(events_for(["read_catalog"]))


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ([ours()], []),
        ([ours(events=EVENTS[::-1])], []),
        ([ours(1), ours(2)], ["DELETE /webhooks/2"]),
        ([ours(1, ["product.updated"])], ["POST /webhooks", "DELETE /webhooks/1"]),
        ([ours(1, []), ours(2)], ["DELETE /webhooks/1"]),
        ([ours("7", [])], ["POST /webhooks", "DELETE /webhooks/7"]),
    ],
    ids=["right", "other order", "twice", "too few events", "old and right", "id as text"],
)
def test_registrations_are_repaired(
    runtime: Runtime,
    store: Store,
    ecwid: requests_mock.Mocker,
    before: list[dict[str, Any]],
    expected: list[str],
) -> None:
    ecwid.get(WEBHOOKS, json=listing(*before))
    ecwid.post(WEBHOOKS, json={"id": 10})
    ecwid.delete(requests_mock.ANY, json={"deleteCount": 1})

    register_webhooks(runtime, 1003)

    assert calls(ecwid) == ["GET /webhooks", *expected]
    assert kept().webhook_mode == "api"


@pytest.mark.parametrize("status", [403, 404, 405])
def test_missing_endpoint_means_app_mode_and_is_remembered(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker, status: int
) -> None:
    ecwid.get(WEBHOOKS, status_code=status)
    ecwid.get(PROFILE, json={})

    register_webhooks(runtime, 1003)
    register_webhooks(runtime, 1003)

    # A 403 could mean a dead token, so the client checks the profile.
    assert calls(ecwid) == ["GET /webhooks", "GET /profile"][: 2 if status == 403 else 1]
    assert (kept().webhook_mode, kept().webhook_check_due_at) == ("app", None)
    assert kept().webhook_health == WebhookHealth.WAITING


@pytest.mark.promise(5)
def test_403_from_the_webhooks_endpoint_is_no_sign_of_a_dead_token(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    ecwid.get(WEBHOOKS, status_code=403, text="")
    ecwid.get(PROFILE, json={"lives": True})

    register_webhooks(runtime, 1003)

    assert runtime.client(1003).profile() == {"lives": True}
    assert kept().state == StoreState.CONNECTED
    assert Grant.active_for(1003) is not None


def test_app_mode_makes_no_call(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    Store.update(webhook_mode="api").execute()

    register_webhooks(in_mode(runtime, "app"), 1003)

    assert ecwid.call_count == 0
    assert kept().webhook_mode == "app"


def test_api_mode_treats_a_missing_endpoint_as_a_failure(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    Store.update(webhook_mode="app").execute()
    ecwid.get(WEBHOOKS, status_code=404)

    register_webhooks(in_mode(runtime, "api"), 1003)

    assert kept().webhook_mode == "app"
    assert until_due() > timedelta(seconds=RECHECK_AFTER_S - RECHECK_SPREAD_S - 60)


@pytest.mark.parametrize(
    "answer",
    [
        {"status_code": 500},
        {"status_code": 429},
        {"status_code": 402, "json": {"errorCode": "STORE_IS_SUSPENDED"}},
        {"text": "<html>"},
        {"json": listing(None)},
        {"json": listing({"url": OUR_URL, "events": "all"})},
        {"json": listing({"url": OUR_URL, "events": []})},
    ],
    ids=[
        *("failing", "rate limit", "suspended", "no json"),
        *("no record", "no list", "no id"),
    ],
)
def test_failure_is_retried_and_not_remembered(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker, answer: dict[str, Any]
) -> None:
    ecwid.get(WEBHOOKS, **answer)
    ecwid.post(WEBHOOKS, json={"id": 10})

    register_webhooks(runtime, 1003)

    assert timedelta(0) < until_due() <= 1.1 * timedelta(seconds=RETRY_AFTER_S)
    assert (kept().webhook_mode, kept().webhook_health) == (None, WebhookHealth.PENDING)
    assert kept().state == StoreState.CONNECTED


def test_registration_waits_longer_after_a_timeout(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    ecwid.get(WEBHOOKS, exc=requests.ReadTimeout)

    register_webhooks(runtime, 1003)

    assert (
        timedelta(seconds=RETRY_AFTER_S) < until_due() <= timedelta(seconds=RETRY_AFTER_TIMEOUT_S)
    )
    assert (kept().webhook_mode, kept().state) == (None, StoreState.CONNECTED)


def test_a_rate_limit_is_waited_out_for_as_long_as_ecwid_asks(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    ecwid.get(WEBHOOKS, status_code=429, headers={"Retry-After": "300"})

    register_webhooks(runtime, 1003)

    assert timedelta(seconds=240) < until_due() <= timedelta(seconds=300)


def test_a_refusal_that_may_be_the_stores_has_it_looked_at_now(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    ecwid.get(WEBHOOKS, status_code=402, json={"errorCode": "STORE_IS_SUSPENDED"})

    register_webhooks(runtime, 1003)

    assert runtime.redis.exists(wake_key(PROBE_STORE.path, (1003,)))


def test_registration_that_fails_midway_is_retried(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    ecwid.get(WEBHOOKS, json=listing())
    ecwid.post(WEBHOOKS, status_code=503)

    register_webhooks(runtime, 1003)

    assert kept().webhook_check_due_at > utc_now()
    assert kept().webhook_health == WebhookHealth.PENDING


@pytest.mark.parametrize("health", [WebhookHealth.WAITING, WebhookHealth.VERIFIED])
def test_health_is_not_lowered(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker, health: WebhookHealth
) -> None:
    Store.update(webhook_health=health).execute()
    ecwid.get(WEBHOOKS, json=listing(ours()))

    register_webhooks(runtime, 1003)

    assert kept().webhook_health == health


@pytest.mark.promise(5)
@pytest.mark.parametrize("state", [StoreState.RECONNECT, StoreState.SUSPENDED])
def test_stopped_store_is_not_called(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker, state: StoreState
) -> None:
    Store.update(state=state).execute()

    register_webhooks(runtime, 1003)

    assert ecwid.call_count == 0
    assert kept().webhook_health == WebhookHealth.PENDING


def test_unknown_store_or_missing_grant_makes_no_call(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    Grant.revoke_all(1003, "uninstalled")

    register_webhooks(runtime, 1003)
    register_webhooks(runtime, 404)

    assert ecwid.call_count == 0


@pytest.mark.parametrize(("endpoints", "mode", "count"), [("on", "api", 1), ("off", "app", 0)])
def test_both_modes_work_with_the_sandbox(
    runtime: Runtime, sandbox: SandboxServer, endpoints: str, mode: str, count: int
) -> None:
    parts = sandbox.parts
    parts.switches.set("webhook_registration", endpoints)
    store_id = add_store(parts, {})
    token = parts.stores.install(store_id, " ".join(REQUIRED_NAMES), revoke_previous=True)
    make_grant(make_store(id=store_id), runtime.sealer, token)
    settings = replace(runtime.settings, ecwid_api_url=f"{sandbox.url}/api/v3")

    for _ in range(2):
        register_webhooks(replace(runtime, settings=settings), store_id)

    assert Store.get_by_id(store_id).webhook_mode == mode
    assert parts.state.number("SELECT count(*) FROM registration") == count


def test_registration_is_checked_hourly_at_the_stores_own_time(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    ecwid.get(WEBHOOKS, json=listing(ours()))

    register_webhooks(runtime, 1003)

    minutes = until_due() / timedelta(minutes=1)
    assert 49 < minutes <= 60
    assert round(minutes * 60) == RECHECK_AFTER_S - 1003 % RECHECK_SPREAD_S


def test_check_without_findings_is_not_recorded(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    ecwid.get(WEBHOOKS, json=listing(ours()))
    register_webhooks(runtime, 1003)
    since = kept().webhook_registered_at

    register_webhooks(runtime, 1003)

    assert reported() == ["webhooks_registered"]
    assert kept().webhook_registered_at == since


def test_lost_registration_is_repaired_and_recorded(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    ecwid.get(WEBHOOKS, json=listing(ours()))
    register_webhooks(runtime, 1003)
    ecwid.get(WEBHOOKS, json=listing())
    ecwid.post(WEBHOOKS, json={"id": 10})

    register_webhooks(runtime, 1003)

    assert reported() == ["webhooks_registered", "webhooks_repaired"]


FORMER_URL = "https://former.example/webhooks/ecwid"


def test_registration_with_our_old_url_is_deleted_and_others_stay(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    Store.update(webhook_url=FORMER_URL, webhook_mode="api").execute()
    alike = "https://other.example/webhooks/ecwid"
    ecwid.get(
        WEBHOOKS,
        json=listing(
            {"id": 7, "url": FORMER_URL, "events": EVENTS},
            {"id": 8, "url": alike, "events": EVENTS},
        ),
    )
    ecwid.post(WEBHOOKS, json={"id": 10})
    ecwid.delete(f"{WEBHOOKS}/7", json={"deleteCount": 1})

    register_webhooks(runtime, 1003)

    assert calls(ecwid) == ["GET /webhooks", "POST /webhooks", "DELETE /webhooks/7"]
    assert kept().webhook_url == OUR_URL


def test_old_url_is_kept_until_its_registration_is_deleted(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    Store.update(webhook_url=FORMER_URL, webhook_mode="api").execute()
    ecwid.get(WEBHOOKS, json=listing({"id": 7, "url": FORMER_URL, "events": EVENTS}))
    ecwid.post(WEBHOOKS, json={"id": 10})
    ecwid.delete(f"{WEBHOOKS}/7", status_code=500)

    register_webhooks(runtime, 1003)

    assert kept().webhook_url == FORMER_URL
    assert until_due() <= 1.1 * timedelta(seconds=RETRY_AFTER_S)


@pytest.mark.parametrize(("status", "mode"), [(404, "app"), (405, "app"), (403, "api")])
def test_withdrawn_endpoint_is_not_called_repeatedly(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker, status: int, mode: str
) -> None:
    Store.update(webhook_mode="api").execute()
    ecwid.get(WEBHOOKS, status_code=status)
    ecwid.get(PROFILE, json={})

    register_webhooks(runtime, 1003)

    assert kept().webhook_mode == mode
    if mode == "api":
        assert until_due() > timedelta(minutes=45)
    else:
        assert kept().webhook_check_due_at is None


def test_silence_replaces_a_correct_registration_once(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    ecwid.get(WEBHOOKS, json=listing(ours()))
    ecwid.post(WEBHOOKS, json={"id": 10})
    ecwid.delete(f"{WEBHOOKS}/1", json={"deleteCount": 1})
    register_webhooks(runtime, 1003)
    Store.update(
        webhook_health=WebhookHealth.SILENT,
        webhook_first_missed_at=utc_now() - timedelta(minutes=20),
        webhook_registered_at=utc_now() - timedelta(hours=2),
        connected_at=utc_now() - timedelta(hours=3),
    ).execute()

    register_webhooks(runtime, 1003)
    register_webhooks(runtime, 1003)

    again = ["GET /webhooks", "POST /webhooks", "DELETE /webhooks/1"]
    assert calls(ecwid) == ["GET /webhooks", *again, "GET /webhooks"]
    assert kept().webhook_health == WebhookHealth.SILENT
    assert kept().webhook_first_missed_at is not None


def test_new_consent_clears_the_missed_change(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    earlier = utc_now() - timedelta(days=3)
    Store.update(webhook_registered_at=earlier, webhook_first_missed_at=earlier).execute()
    ecwid.get(WEBHOOKS, status_code=404)

    register_webhooks(runtime, 1003)

    assert kept().webhook_first_missed_at is None
    assert kept().webhook_registered_at > earlier


@pytest.mark.parametrize("endpoints", ["on", "off"])
def test_disconnect_removes_only_our_registrations(
    runtime: Runtime, sandbox: SandboxServer, endpoints: str
) -> None:
    parts = sandbox.parts
    parts.switches.set("webhook_registration", endpoints)
    store_id = add_store(parts, {})
    token = parts.stores.install(store_id, " ".join(REQUIRED_NAMES), revoke_previous=True)
    make_grant(make_store(id=store_id), runtime.sealer, token)
    settings = replace(runtime.settings, ecwid_api_url=f"{sandbox.url}/api/v3")
    here = replace(runtime, settings=settings)
    register_webhooks(here, store_id)
    with parts.state.transaction() as connection:
        connection.execute(
            "INSERT INTO registration (store, url, events) VALUES (?, ?, '[]')",
            (store_id, "https://other.example"),
        )
    open_issue(store_id, IssueKind.WEBHOOKS_SILENT, silent_webhooks_texts("api"))

    assert unregister_webhooks(here, store_id) == (1 if endpoints == "on" else 0)

    left = [row["url"] for row in parts.state.rows("SELECT url FROM registration")]
    assert left == ["https://other.example"]
    store = Store.get_by_id(store_id)
    assert (store.webhook_health, store.webhook_url) == (WebhookHealth.PENDING, None)
    assert (store.webhook_check_due_at, open_issues(store_id)) == (None, [])
    assert "webhooks_removed" in reported()


def test_failed_removal_keeps_the_url(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    Store.update(webhook_mode="api", webhook_url=OUR_URL).execute()
    ecwid.get(WEBHOOKS, json=listing(ours()))
    ecwid.delete(f"{WEBHOOKS}/1", status_code=503)

    with pytest.raises(EcwidUnavailableError):
        unregister_webhooks(runtime, 1003)

    assert kept().webhook_url == OUR_URL


def test_nothing_can_be_removed_without_a_token(runtime: Runtime, store: Store) -> None:
    Store.update(webhook_mode="api").execute()
    Grant.revoke_all(1003, "uninstalled")

    with pytest.raises(StoreNotConnectedError):
        unregister_webhooks(runtime, 1003)
