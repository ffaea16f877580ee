"""Connecting a store through Ecwid's real redirects, with the page of every outcome."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask

from portal.ecwid.transport import ATTEMPTS
from portal.models import (
    SYNC_ORDER,
    Grant,
    Membership,
    Merchant,
    RunKind,
    Store,
    StoreState,
    SyncRun,
)
from portal.rules.connection.scopes import REQUIRED_NAMES, REQUIRED_SCOPES
from portal.sandbox.faults import Fault
from portal.services.runtime import Runtime
from portal.web.connect import attempts
from tests.sealed import open_secret
from tests.web.conftest import ALL_BUT_ORDERS, Connect, Ecwid, Visitor, page_text, path_of


@pytest.fixture
def store_id(ecwid: Ecwid) -> int:
    """A store on the Business plan."""
    return ecwid.add_store(name="Clay & Co", products=3)


def nothing_is_kept() -> bool:
    """Return whether the database has no trace of a store."""
    return not any(table.select().exists() for table in (Store, Grant, Membership, SyncRun))


def test_consent_page_requests_all_eight_scopes(browser: Visitor) -> None:
    response = browser.post("/connect")

    query = parse_qs(urlsplit(response.headers["Location"]).query)
    assert response.status_code == 303
    assert set(query["scope"][0].split()) == {*REQUIRED_NAMES, "read_store_profile_extended"}
    assert query["response_type"] == ["code"]
    assert query["redirect_uri"] == ["http://127.0.0.1:8000/connect/callback"]
    assert len(query["state"][0]) > 40


def test_approved_store_is_connected_and_its_backfill_starts(
    browser: Visitor, merchant: Merchant, connect: Connect, store_id: int, runtime: Runtime
) -> None:
    response = connect(browser, store_id)

    assert response.status_code == 303
    assert response.headers["Location"] == f"/stores/{store_id}"
    store = Store.get_by_id(store_id)
    assert (store.name, store.url) == ("Clay & Co", "https://clay-co.company.site")
    assert (store.state, store.plan_name) == (StoreState.CONNECTED, "Business")
    assert Membership.store_of(merchant, store_id) == store
    grant = Grant.active_for(store_id)
    assert grant is not None
    assert grant.sealed_access_token != open_secret(runtime.sealer, grant, "sealed_access_token")
    runs = {(run.resource, run.kind) for run in SyncRun.select()}
    assert runs == {(resource, RunKind.BACKFILL) for resource in SYNC_ORDER}
    page = page_text(browser.get(f"/stores/{store_id}"))
    assert "Store connected. Your catalog is importing now." in page  # codespell:ignore


def test_denied_consent_changes_nothing(browser: Visitor, ecwid: Ecwid, store_id: int) -> None:
    consent_url = browser.post("/connect").headers["Location"]

    response = browser.get(ecwid.answer_consent(consent_url, decision="deny"))

    assert response.status_code == 403
    assert "You didn't allow access" in page_text(response)
    assert "Try again" in page_text(response)
    assert nothing_is_kept()


def test_callback_without_a_code_counts_as_denied(browser: Visitor) -> None:
    assert browser.get("/connect/callback").status_code == 403


def test_wrong_state_is_rejected(browser: Visitor, ecwid: Ecwid, store_id: int) -> None:
    consent_url = browser.post("/connect").headers["Location"]
    callback = ecwid.grant_consent(consent_url, store_id)
    state = parse_qs(urlsplit(callback).query)["state"][0]

    response = browser.get(callback.replace(state, "forged"))

    assert response.status_code == 400
    assert "This connection attempt has expired" in page_text(response)
    assert nothing_is_kept()


def test_replayed_callback_is_rejected_and_changes_nothing(
    browser: Visitor, ecwid: Ecwid, store_id: int
) -> None:
    callback = ecwid.grant_consent(browser.post("/connect").headers["Location"], store_id)
    assert browser.get(callback).status_code == 303

    again = browser.get(callback)

    assert again.status_code == 400
    assert Store.get_by_id(store_id).is_working
    assert Grant.active_for(store_id) is not None


def test_state_counts_once_also_with_a_copy_of_the_cookie(
    app: Flask, browser: Visitor, ecwid: Ecwid, store_id: int
) -> None:
    callback = ecwid.grant_consent(browser.post("/connect").headers["Location"], store_id)
    cookie = browser.client.get_cookie("portal")
    assert cookie is not None
    browser.get(callback)
    browser.client.set_cookie("portal", cookie.value)
    code = parse_qs(urlsplit(callback).query)["code"][0]

    again = browser.get(callback.replace(code, "another-code"))

    assert again.status_code == 400
    assert "Each attempt works once" in page_text(again)


def test_callback_in_another_browser_is_rejected(
    browser: Visitor, stranger: Visitor, ecwid: Ecwid, store_id: int
) -> None:
    callback = ecwid.grant_consent(browser.post("/connect").headers["Location"], store_id)

    response = stranger.get(callback)

    assert response.status_code == 400
    assert nothing_is_kept()


def test_callback_after_signing_out_is_rejected(
    browser: Visitor, merchant: Merchant, ecwid: Ecwid, store_id: int
) -> None:
    callback = ecwid.grant_consent(browser.post("/connect").headers["Location"], store_id)
    browser.post("/logout")

    response = browser.get(callback)

    assert response.status_code == 400
    assert nothing_is_kept()


def test_attempt_expires_after_fifteen_minutes(
    browser: Visitor, ecwid: Ecwid, store_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    callback = ecwid.grant_consent(browser.post("/connect").headers["Location"], store_id)
    assert attempts.ATTEMPT_TTL_S == 15 * 60
    monkeypatch.setattr(attempts, "ATTEMPT_TTL_S", -1)

    assert browser.get(callback).status_code == 400


def test_two_tabs_can_both_finish(browser: Visitor, ecwid: Ecwid, store_id: int) -> None:
    first = ecwid.grant_consent(browser.post("/connect").headers["Location"], store_id)
    second = ecwid.grant_consent(browser.post("/connect").headers["Location"], store_id)

    assert browser.get(first).status_code == 303
    assert browser.get(second).status_code == 303


def test_code_that_was_used_before_is_explained(
    browser: Visitor, ecwid: Ecwid, store_id: int
) -> None:
    spent = ecwid.grant_consent(browser.post("/connect").headers["Location"], store_id)
    browser.get(spent)
    code = parse_qs(urlsplit(spent).query)["code"][0]
    fresh = browser.post("/connect").headers["Location"]
    state = parse_qs(urlsplit(fresh).query)["state"][0]

    response = browser.get(f"/connect/callback?code={code}&state={state}&store_id={store_id}")

    assert response.status_code == 502
    assert "Ecwid didn't give us access" in page_text(response)


@pytest.mark.parametrize("fault", ["non_json", "empty", "no_scope", "no_store_id", "no_token"])
def test_malformed_token_response_is_explained(
    browser: Visitor, ecwid: Ecwid, connect: Connect, store_id: int, fault: str
) -> None:
    ecwid.set_switches(token_fault=fault)

    response = connect(browser, store_id)

    assert response.status_code == 502
    assert "Ecwid didn't give us access" in page_text(response)
    assert nothing_is_kept()


def test_token_for_another_store_than_the_callback_is_rejected(
    browser: Visitor, ecwid: Ecwid, connect: Connect, store_id: int
) -> None:
    ecwid.set_switches(token_fault="other_store")

    response = connect(browser, store_id)

    assert response.status_code == 400
    assert "two different stores" in page_text(response)
    assert nothing_is_kept()


def test_unreachable_token_endpoint_is_explained(
    browser: Visitor, ecwid: Ecwid, store_id: int
) -> None:
    callback = ecwid.grant_consent(browser.post("/connect").headers["Location"], store_id)
    ecwid.server.stop()

    response = browser.get(callback)

    assert response.status_code == 503
    assert "Ecwid doesn't answer right now" in page_text(response)
    ecwid.server._thread.join(1)


@pytest.mark.parametrize(
    ("status", "body", "expected", "title"),
    [
        (403, "", 502, "We couldn't read the store in Ecwid"),
        (
            403,
            '{"errorCode": "INSUFFICIENT_APP_SCOPE"}',
            502,
            "We couldn't read the store in Ecwid",
        ),
        (404, "", 502, "We couldn't read the store in Ecwid"),
        (500, "", 503, "Ecwid doesn't answer right now"),
        (503, "<html>", 503, "Ecwid doesn't answer right now"),
        (429, "", 503, "Ecwid doesn't answer right now"),
        (200, "<html>", 503, "Ecwid doesn't answer right now"),
        (200, "[]", 503, "Ecwid doesn't answer right now"),
    ],
)
def test_unreadable_profile_is_explained(
    browser: Visitor,
    ecwid: Ecwid,
    connect: Connect,
    store_id: int,
    status: int,
    body: str,
    expected: int,
    title: str,
) -> None:
    ecwid.server.parts.access.faults.add(Fault("/profile", status, body, times=ATTEMPTS))

    response = connect(browser, store_id)

    assert response.status_code == expected
    assert title in page_text(response)
    assert nothing_is_kept()


def test_profile_timeout_is_explained(
    browser: Visitor,
    ecwid: Ecwid,
    connect: Connect,
    store_id: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("portal.ecwid.transport.READ_TIMEOUT_S", 0.2)
    ecwid.server.parts.access.faults.add(Fault("/profile", 0, delay_s=0.6))

    response = connect(browser, store_id)

    assert response.status_code == 503
    assert nothing_is_kept()


def test_each_missing_scope_is_named_with_its_purpose_and_impact(
    browser: Visitor, connect: Connect, store_id: int
) -> None:
    response = connect(browser, store_id, ALL_BUT_ORDERS)

    page = page_text(response)
    assert response.status_code == 422
    assert "Ecwid didn't give us 3 of the eight permissions" in page
    assert "While they are missing, nothing is synced" in page
    for scope in REQUIRED_SCOPES:
        is_missing = scope.name not in ALL_BUT_ORDERS
        assert (scope.name in page) is is_missing
        assert (scope.purpose in page) is is_missing
        assert (scope.impact in page) is is_missing
    assert nothing_is_kept()


def test_one_missing_scope_is_mentioned_in_the_singular(
    browser: Visitor, connect: Connect, store_id: int
) -> None:
    response = connect(browser, store_id, REQUIRED_NAMES[:-1])

    assert "1 of the eight permissions we need. While it is missing" in page_text(response)


@pytest.mark.parametrize("free_plan", ["profile", "402"])
def test_free_plan_is_rejected_with_advice(
    browser: Visitor, ecwid: Ecwid, connect: Connect, free_plan: str
) -> None:
    ecwid.set_switches(free_plan=free_plan)

    response = connect(browser, ecwid.add_store(plan="Free"))

    page = page_text(response)
    assert response.status_code == 422
    assert "This Ecwid plan has no API access" in page
    assert "choose a plan with API access" in page
    assert nothing_is_kept()


def test_venture_plan_is_accepted_as_limited_and_says_what_is_missing(
    browser: Visitor, ecwid: Ecwid, connect: Connect
) -> None:
    store_id = ecwid.add_store(plan="Venture")

    connect(browser, store_id)

    page = page_text(browser.get(f"/stores/{store_id}"))
    assert Store.get_by_id(store_id).state == StoreState.LIMITED
    assert "Some features missing" in page
    assert "product variations" in page
    assert "customer groups" in page


@pytest.mark.parametrize("plan", ["Business", "Unlimited", "Gold Reseller Special"])
def test_larger_plans_and_their_reseller_names_are_full(
    browser: Visitor, ecwid: Ecwid, connect: Connect, plan: str
) -> None:
    store_id = ecwid.add_store(plan=plan)

    connect(browser, store_id)

    page = page_text(browser.get(f"/stores/{store_id}"))
    assert Store.get_by_id(store_id).state == StoreState.CONNECTED
    assert "All features" in page
    assert plan in page


def test_plan_without_a_list_of_features_is_tried_and_shown_as_unknown(
    browser: Visitor, ecwid: Ecwid, connect: Connect, store_id: int
) -> None:
    profile = '{"settings": {"storeName": "Clay & Co"}, "account": {"paid": false}}'
    ecwid.server.parts.access.faults.add(Fault("/profile", 200, profile))

    connect(browser, store_id)

    store = Store.get_by_id(store_id)
    assert (store.state, store.plan_level) == (StoreState.CONNECTED, "unknown")
    assert "Features unknown" in page_text(browser.get(f"/stores/{store_id}"))
    page = page_text(browser.get(f"/stores/{store_id}/connection"))
    assert "Ecwid doesn't list what this plan includes." in page


def test_unknown_plan_without_api_access_is_rejected(
    browser: Visitor, ecwid: Ecwid, connect: Connect
) -> None:
    store_id = ecwid.add_store(plan="Gold Reseller Special")
    ecwid.server.parts.stores.change(store_id, {"features": ["PREMIUM"]})

    response = connect(browser, store_id)

    assert response.status_code == 422
    assert "The store is on the plan Gold Reseller Special." in page_text(response)


def test_suspended_store_is_rejected(
    browser: Visitor, ecwid: Ecwid, connect: Connect, store_id: int
) -> None:
    ecwid.server.parts.stores.change(store_id, {"suspended": True})

    response = connect(browser, store_id)

    assert response.status_code == 422
    assert "This store is paused or suspended in Ecwid" in page_text(response)
    assert nothing_is_kept()


@pytest.mark.promise(9)
def test_store_of_another_account_is_a_conflict_and_never_taken_over(
    browser: Visitor, stranger: Visitor, merchant: Merchant, connect: Connect, store_id: int
) -> None:
    connect(browser, store_id)

    response = connect(stranger, store_id)

    assert response.status_code == 409
    assert "This store belongs to another account" in page_text(response)
    assert merchant.email not in response.text
    members = [row.merchant_id for row in Membership.select()]
    assert members == [merchant.id]


def test_reconnected_store_keeps_its_data_and_uses_the_new_token(
    browser: Visitor, connect: Connect, store_id: int
) -> None:
    connect(browser, store_id)
    before = Grant.active_for(store_id)
    created_at = Store.get_by_id(store_id).created_at

    response = connect(browser, store_id)

    now = Grant.active_for(store_id)
    assert response.status_code == 303
    assert before is not None
    assert now is not None
    assert now.id != before.id
    assert Grant.get_by_id(before.id).revoked_reason == "replaced by a new consent"
    assert Store.get_by_id(store_id).created_at == created_at
    assert SyncRun.select().count() == len(SYNC_ORDER)
    assert "Store reconnected" in page_text(browser.get(f"/stores/{store_id}"))


def test_known_store_with_fewer_scopes_is_kept_and_explained(
    browser: Visitor, connect: Connect, store_id: int
) -> None:
    connect(browser, store_id)

    response = connect(browser, store_id, ALL_BUT_ORDERS)

    assert response.status_code == 422
    assert "Everything synced so far is kept." in page_text(response)
    assert Store.get_by_id(store_id).state == StoreState.ACTION_REQUIRED


def test_connecting_requires_an_account(visitor: Visitor) -> None:
    assert visitor.get("/connect").headers["Location"].startswith("/login")
    assert visitor.post("/connect").headers["Location"].startswith("/login")


def test_page_names_every_scope_and_its_purpose_before_asking(browser: Visitor) -> None:
    page = page_text(browser.get("/connect"))

    for scope in REQUIRED_SCOPES:
        assert scope.name in page
        assert scope.purpose in page


def test_portal_without_client_id_says_so(browser: Visitor, app: Flask) -> None:
    runtime = app.extensions["portal_runtime"]
    settings = replace(runtime.settings, ecwid_client_id="")
    app.extensions["portal_runtime"] = replace(runtime, settings=settings)

    response = browser.post("/connect")

    assert response.status_code == 503
    assert "ECWID_CLIENT_ID" in page_text(response)


def test_malformed_store_id_in_the_callback_is_ignored(
    browser: Visitor, ecwid: Ecwid, store_id: int
) -> None:
    callback = ecwid.grant_consent(browser.post("/connect").headers["Location"], store_id)

    response = browser.get(callback.replace(f"store_id={store_id}", "store_id=nonsense"))

    assert response.headers["Location"] == f"/stores/{store_id}"


def test_paths_of_the_sandbox_and_the_portal_agree(browser: Visitor) -> None:
    consent = browser.post("/connect").headers["Location"]

    assert path_of(consent).startswith("/api/oauth/authorize?")
