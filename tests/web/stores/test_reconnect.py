"""Reconnecting a broken store keeps the same store and catches up."""

from __future__ import annotations

from datetime import timedelta

import pytest
from werkzeug.test import TestResponse

from portal.models import (
    CatchUp,
    Grant,
    Membership,
    Merchant,
    RunKind,
    Store,
    StoreDataErasure,
    StoreState,
    SyncRun,
    SyncState,
    utc_now,
)
from portal.services.connection.erase_store_data import request_erasure
from portal.services.runtime import Runtime
from tests.factories import make_store
from tests.web.conftest import ALL_BUT_ORDERS, Connect, Ecwid, Visitor, page_text

PAGES = ("", "/products", "/events", "/sync", "/connection", "/team", "/privacy")


@pytest.fixture
def store_id(browser: Visitor, ecwid: Ecwid, connect: Connect) -> int:
    """A connected store that was last read an hour ago."""
    store_id = ecwid.add_store(name="Clay & Co", products=2)
    connect(browser, store_id)
    hour_ago = utc_now() - timedelta(hours=1)
    SyncRun.delete().execute()
    SyncState.update(high_water_at=hour_ago, last_success_at=hour_ago).execute()
    return store_id


def break_it(store_id: int, state: StoreState) -> None:
    """Set the state of the store."""
    Store.update(state=state, state_changed_at=utc_now()).where(Store.id == store_id).execute()


def reconnect(
    browser: Visitor,
    ecwid: Ecwid,
    store_id: int,
    allowed_id: int | None = None,
    scopes: tuple[str, ...] | None = None,
) -> TestResponse:
    """Press the store's button and grant access to this store or to another."""
    consent_url = browser.post(f"/stores/{store_id}/reconnect").headers["Location"]
    return browser.get(ecwid.grant_consent(consent_url, allowed_id or store_id, scopes))


@pytest.mark.parametrize(
    ("state", "button"),
    [
        (StoreState.RECONNECT, "Reconnect the store"),
        (StoreState.ACTION_REQUIRED, "Reconnect the store"),
        (StoreState.DISCONNECTED, "Reconnect the store"),
        (StoreState.PLAN_BLOCKED, "Check again"),
        (StoreState.SUSPENDED, "Check again"),
    ],
)
def test_every_page_of_a_broken_store_has_exactly_one_button(
    browser: Visitor, store_id: int, state: StoreState, button: str
) -> None:
    break_it(store_id, state)

    for page in PAGES:
        assert page_text(browser.get(f"/stores/{store_id}{page}")).count(button) == 1, page


def test_reconnecting_restores_the_same_store_and_catches_up(
    browser: Visitor, ecwid: Ecwid, store_id: int, merchant: Merchant
) -> None:
    break_it(store_id, StoreState.RECONNECT)
    page = page_text(browser.get(f"/stores/{store_id}/reconnect"))

    answer = reconnect(browser, ecwid, store_id)
    shown = page_text(browser.get(answer.headers["Location"]))

    assert f"owner of Clay & Co (store {store_id})" in page
    assert Store.get_by_id(store_id).state == StoreState.CONNECTED
    assert Membership.select().count() == 1
    assert {run.kind for run in SyncRun.select()} == {RunKind.INCREMENTAL}
    outage = CatchUp.get()
    assert outage.outage_until_at - outage.outage_from_at > timedelta(minutes=59)
    assert "Catching up on changes from" in shown
    assert "0 of 5 record types are done" in shown
    spent = Grant.get(Grant.revoked_at.is_null(is_null=False))
    assert (spent.sealed_access_token, spent.sealed_public_token) == ("", None)


def test_finished_catch_up_shows_its_period(browser: Visitor, store_id: int) -> None:
    now = utc_now()
    CatchUp.create(
        store=store_id,
        outage_from_at=now - timedelta(hours=2),
        outage_until_at=now,
        finished_at=now,
    )

    assert "Caught up: all changes from" in page_text(browser.get(f"/stores/{store_id}"))


def test_consent_for_another_store_is_rejected_and_names_both(
    browser: Visitor, ecwid: Ecwid, store_id: int
) -> None:
    other_id = ecwid.add_store(name="Wax")
    break_it(store_id, StoreState.RECONNECT)

    answer = reconnect(browser, ecwid, store_id, other_id)

    assert answer.status_code == 409
    assert "You allowed access to a different store" in page_text(answer)
    assert f"Store {other_id} was not connected." in page_text(answer)
    assert Store.get_or_none(Store.id == other_id) is None
    assert Store.get_by_id(store_id).state == StoreState.RECONNECT
    assert "you allowed access to a different store" in page_text(
        browser.get(f"/stores/{store_id}/reconnect")
    )


def test_another_store_of_the_merchant_keeps_its_new_grant(
    browser: Visitor, ecwid: Ecwid, connect: Connect, store_id: int, runtime: Runtime
) -> None:
    other_id = ecwid.add_store(name="Wax")
    connect(browser, other_id)
    break_it(store_id, StoreState.RECONNECT)

    answer = reconnect(browser, ecwid, store_id, other_id)

    assert f"Store {other_id} stays connected" in page_text(answer)
    assert runtime.client(other_id).profile()
    assert Store.get_by_id(other_id).state == StoreState.CONNECTED
    assert Store.get_by_id(store_id).state == StoreState.RECONNECT


def test_more_scopes_than_needed_cause_no_consent_loop(
    browser: Visitor, ecwid: Ecwid, store_id: int
) -> None:
    break_it(store_id, StoreState.ACTION_REQUIRED)

    answer = reconnect(browser, ecwid, store_id)

    assert answer.headers["Location"] == f"/stores/{store_id}"
    assert "read_store_profile_extended" in Grant.active_for(store_id).scopes  # type: ignore[union-attr]
    assert Store.get_by_id(store_id).state == StoreState.CONNECTED


def test_two_consents_with_missing_permissions_stop_the_consent_loop(
    browser: Visitor, ecwid: Ecwid, store_id: int
) -> None:
    for _round in range(2):
        answer = reconnect(browser, ecwid, store_id, scopes=ALL_BUT_ORDERS)
    pressed = browser.post(f"/stores/{store_id}/reconnect")
    page = page_text(browser.get(f"/stores/{store_id}/reconnect"))
    consent_url = browser.post(f"/stores/{store_id}/reconnect?app_removed=1").headers["Location"]
    healed = browser.get(ecwid.grant_consent(consent_url, store_id))

    assert (answer.status_code, pressed.status_code) == (409, 409)
    assert "Ecwid keeps leaving permissions out" in page_text(answer)
    assert f"/stores/{store_id}/reconnect?app_removed=1" in pressed.text
    assert "remove our app" in page
    assert healed.headers["Location"] == f"/stores/{store_id}"


def test_store_cannot_be_reconnected_during_an_erasure(
    browser: Visitor, ecwid: Ecwid, connect: Connect, store_id: int
) -> None:
    break_it(store_id, StoreState.DISCONNECTED)
    request_erasure(store_id)

    pressed = browser.post(f"/stores/{store_id}/reconnect")
    arrived = connect(browser, store_id)

    assert (pressed.status_code, arrived.status_code) == (409, 409)
    assert "still being erased" in page_text(pressed)
    assert "still being erased" in page_text(arrived)
    assert "being erased" in page_text(browser.get(f"/stores/{store_id}/reconnect"))
    assert "Reconnect the store" not in page_text(browser.get(f"/stores/{store_id}"))
    assert Store.get_by_id(store_id).state == StoreState.DISCONNECTED
    StoreDataErasure.update(finished_at=utc_now()).execute()
    assert connect(browser, store_id).status_code == 303


def test_install_from_the_app_market_restores_the_same_store(
    browser: Visitor, ecwid: Ecwid, store_id: int
) -> None:
    break_it(store_id, StoreState.DISCONNECTED)
    consent_url = browser.post("/connect").headers["Location"]
    callback = ecwid.grant_consent(consent_url, store_id)
    with browser.client.session_transaction() as session:
        session.pop("connect_attempts")
    parked = browser.get(callback.partition("&state=")[0])

    healed = browser.post("/connect/confirm")

    assert parked.headers["Location"] == "/connect/confirm"
    assert healed.headers["Location"] == f"/stores/{store_id}"
    assert Store.select().count() == 1
    assert Store.get_by_id(store_id).state == StoreState.CONNECTED


@pytest.mark.parametrize(
    ("state", "expected", "woken"),
    [
        (StoreState.SUSPENDED, "Checking…", 1),
        (StoreState.RECONNECT, "We can't check the store without access", 0),
    ],
)
def test_merchant_starts_a_connection_check(
    browser: Visitor, store_id: int, runtime: Runtime, state: StoreState, expected: str, woken: int
) -> None:
    runtime.redis.flushall()
    break_it(store_id, state)

    answer = browser.post(f"/stores/{store_id}/check-connection")

    assert answer.status_code == 303
    assert expected in page_text(browser.get(answer.headers["Location"]))
    assert runtime.redis.llen("rq:queue:checks") == woken


def test_working_store_says_that_no_reconnect_is_needed(browser: Visitor, store_id: int) -> None:
    assert "You don't need to reconnect" in page_text(browser.get(f"/stores/{store_id}/reconnect"))


@pytest.mark.promise(9)
def test_stranger_gets_a_404(stranger: Visitor) -> None:
    make_store(id=1003)

    assert stranger.get("/stores/1003/reconnect").status_code == 404
    assert stranger.post("/stores/1003/reconnect").status_code == 404
    assert stranger.post("/stores/1003/check-connection").status_code == 404
