"""Installs from Ecwid's App Market: exchanged at once, parked, and claimed by their own browser."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from flask import Flask

from portal.ecwid.client import EcwidClient
from portal.ecwid.transport import ATTEMPTS, Transport
from portal.models import (
    PARKED_GRANT_LIFETIME,
    AuditLogEntry,
    Grant,
    Membership,
    Merchant,
    ParkedGrant,
    Store,
    StoreDataErasure,
    StoreState,
    utc_now,
)
from portal.sandbox import oauth as sandbox_oauth
from portal.sandbox.faults import Fault
from portal.services.connection.park_grant import prune_parked_grants
from portal.services.connection.probe_store import probe_store
from portal.services.runtime import Runtime
from tests.sealed import open_secret
from tests.web.conftest import Connect, Ecwid, Visitor, page_text
from tests.web.emails import link_from, sent_emails

MARKET_LINK = re.compile(r'href="([^"]+)">Install from the App Market<')


@pytest.fixture
def store_id(ecwid: Ecwid) -> int:
    """A store on the Business plan."""
    return ecwid.add_store(name="Clay & Co", products=3)


def install(ecwid: Ecwid, store_id: int) -> str:
    """Install the app from the sandbox's page of the store; return the callback's path."""
    url = ecwid.server.url
    page = requests.get(f"{url}/_sandbox/stores/{store_id}", timeout=10).text
    link = MARKET_LINK.search(page)
    assert link is not None
    return ecwid.grant_consent(f"{url}{link[1]}".replace("&amp;", "&"), store_id)


def token_works(runtime: Runtime, store_id: int, token: str) -> bool:
    """Return whether the sandbox accepts a token, without any of our locks."""
    transport = Transport(runtime.http, runtime.settings.ecwid_api_url, store_id, token)
    return bool(EcwidClient(transport).profile())


def test_code_is_exchanged_at_once_and_the_token_is_sealed(
    browser: Visitor, ecwid: Ecwid, store_id: int, runtime: Runtime
) -> None:
    parked = browser.get(install(ecwid, store_id))

    assert parked.headers["Location"] == "/connect/confirm"
    row = ParkedGrant.get()
    token = open_secret(runtime.sealer, row, "sealed_access_token")
    assert row.store_id == store_id
    assert token not in row.sealed_access_token
    assert token_works(runtime, store_id, token)
    assert timedelta(days=6) < row.expires_at - utc_now() <= PARKED_GRANT_LIFETIME
    assert not Store.select().exists()
    assert f"Ecwid store Clay & Co ({store_id})" in page_text(browser.get("/connect/confirm"))


def test_parked_install_survives_the_sign_in_and_is_claimed_by_a_click(
    visitor: Visitor, merchant: Merchant, ecwid: Ecwid, store_id: int
) -> None:
    asked = visitor.get(install(ecwid, store_id)).headers["Location"]
    assert asked == "/login?next=/connect/confirm"
    assert "Sign in or create an account to connect your store." in page_text(visitor.get(asked))
    visitor.sign_in(merchant)

    question = visitor.get("/connect/confirm")
    response = visitor.post("/connect/confirm")

    assert merchant.email in page_text(question)
    assert response.headers["Location"] == f"/stores/{store_id}"
    assert Membership.store_of(merchant, store_id) is not None
    assert Store.get_by_id(store_id).state == StoreState.CONNECTED
    assert not ParkedGrant.select().exists()
    connected = AuditLogEntry.get(AuditLogEntry.action == "store.connected")
    assert (connected.actor, connected.store_id) == (merchant, store_id)


def test_install_waits_for_a_sign_up_by_email_longer_than_a_code_lives(
    visitor: Visitor,
    ecwid: Ecwid,
    store_id: int,
    runtime: Runtime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    visitor.get(install(ecwid, store_id))
    monkeypatch.setattr(sandbox_oauth, "CODE_TTL_S", -1)
    ParkedGrant.update(expires_at=utc_now() + timedelta(hours=1)).execute()

    form = visitor.get("/signup?next=/connect/confirm").text
    action = re.search(r'action="(/signup[^"]+)"', form)
    assert action is not None
    visitor.post(action[1], email="ada@clay.example")
    ready = visitor.post(link_from(sent_emails(runtime)[-1]), password="a long pass phrase")
    assert ready.headers["Location"] == "/connect/confirm"
    response = visitor.post("/connect/confirm")

    assert response.headers["Location"] == f"/stores/{store_id}"


def test_expired_install_is_refused_and_deleted(
    browser: Visitor, ecwid: Ecwid, store_id: int, runtime: Runtime
) -> None:
    browser.get(install(ecwid, store_id))
    ParkedGrant.update(expires_at=utc_now() - timedelta(seconds=1)).execute()

    assert browser.get("/connect/confirm").status_code == 410
    assert browser.post("/connect/confirm").status_code == 410
    assert "This installation has expired" in page_text(browser.get("/connect/confirm"))
    assert not Store.select().exists()
    assert prune_parked_grants(runtime) == 1
    assert not ParkedGrant.select().exists()


@pytest.mark.parametrize("is_claimed", [False, True])
def test_repeated_callback_does_not_reach_ecwid_and_the_token_stays_valid(
    browser: Visitor, ecwid: Ecwid, store_id: int, runtime: Runtime, is_claimed: bool
) -> None:
    callback = install(ecwid, store_id)
    browser.get(callback)
    token = open_secret(runtime.sealer, ParkedGrant.get(), "sealed_access_token")
    if is_claimed:
        browser.post("/connect/confirm")

    again = browser.get(callback)

    assert again.status_code == 502
    assert "Ecwid didn't give us access" in page_text(again)
    assert token_works(runtime, store_id, token)


def test_claimed_install_cannot_be_claimed_again(
    browser: Visitor, ecwid: Ecwid, store_id: int
) -> None:
    browser.get(install(ecwid, store_id))
    browser.post("/connect/confirm")

    assert browser.post("/connect/confirm").status_code == 410
    assert Grant.select().count() == 1


@pytest.mark.promise(9)
def test_no_other_browser_or_account_can_claim_an_install(
    visitor: Visitor, stranger: Visitor, merchant: Merchant, ecwid: Ecwid, store_id: int
) -> None:
    visitor.get(install(ecwid, store_id))

    assert stranger.get("/connect/confirm").status_code == 410
    assert stranger.post("/connect/confirm").status_code == 410
    visitor.sign_in(merchant)
    visitor.post("/connect/confirm")

    assert [row.merchant_id for row in Membership.select()] == [merchant.id]


@pytest.mark.promise(9)
def test_install_of_a_store_of_another_account_is_refused_and_its_token_is_deleted(
    browser: Visitor,
    stranger: Visitor,
    merchant: Merchant,
    ecwid: Ecwid,
    store_id: int,
    connect: Connect,
    runtime: Runtime,
) -> None:
    connect(browser, store_id)
    stranger.get(install(ecwid, store_id))
    # Ecwid has ended the owner's token.
    probe_store(runtime, store_id)
    assert Store.get_by_id(store_id).is_working

    response = stranger.post("/connect/confirm")

    assert response.status_code == 409
    assert [row.merchant_id for row in Membership.select()] == [merchant.id]
    assert not ParkedGrant.select().exists()


def test_second_install_of_a_store_replaces_the_first(
    browser: Visitor, stranger: Visitor, ecwid: Ecwid, store_id: int
) -> None:
    browser.get(install(ecwid, store_id))
    stranger.get(install(ecwid, store_id))

    assert browser.post("/connect/confirm").status_code == 410
    assert stranger.post("/connect/confirm").headers["Location"] == f"/stores/{store_id}"
    assert Store.get_by_id(store_id).is_working


def test_consent_from_the_portal_replaces_a_parked_install(
    browser: Visitor, stranger: Visitor, ecwid: Ecwid, store_id: int, connect: Connect
) -> None:
    stranger.get(install(ecwid, store_id))

    connect(browser, store_id)

    assert stranger.post("/connect/confirm").status_code == 410
    assert Grant.select().count() == 1


def test_installs_in_two_stores_are_confirmed_one_after_the_other(
    browser: Visitor, ecwid: Ecwid, store_id: int
) -> None:
    other_id = ecwid.add_store(name="Elm & Fenn")
    browser.get(install(ecwid, store_id))
    browser.get(install(ecwid, other_id))

    first = browser.post("/connect/confirm")
    second = browser.post("/connect/confirm")

    assert first.headers["Location"] == "/connect/confirm"
    assert second.headers["Location"] == f"/stores/{store_id}"
    assert Store.select().count() == 2


def test_install_is_kept_while_ecwid_does_not_answer(
    browser: Visitor, ecwid: Ecwid, store_id: int
) -> None:
    browser.get(install(ecwid, store_id))
    ecwid.server.parts.access.faults.add(Fault("/profile", 503, "", times=ATTEMPTS))

    failed = browser.post("/connect/confirm")
    again = browser.post("/connect/confirm")

    assert failed.status_code == 503
    assert 'action="/connect/confirm"' in failed.text
    assert again.headers["Location"] == f"/stores/{store_id}"


def test_install_is_kept_while_the_old_copy_is_being_erased(
    browser: Visitor, ecwid: Ecwid, store_id: int, connect: Connect
) -> None:
    connect(browser, store_id)
    browser.post(f"/stores/{store_id}/disconnect", name="Clay & Co", copy="erase")
    browser.get(install(ecwid, store_id))

    refused = browser.post("/connect/confirm")
    StoreDataErasure.update(finished_at=utc_now()).execute()

    assert refused.status_code == 409
    assert browser.post("/connect/confirm").status_code == 303


def test_install_whose_key_is_gone_is_refused(
    browser: Visitor, ecwid: Ecwid, store_id: int
) -> None:
    browser.get(install(ecwid, store_id))
    ParkedGrant.update(sealed_access_token="sealed with a lost key").execute()

    assert browser.post("/connect/confirm").status_code == 410
    assert not ParkedGrant.select().exists()


def test_token_of_another_store_than_the_callback_is_not_parked(
    browser: Visitor, ecwid: Ecwid, store_id: int
) -> None:
    ecwid.set_switches(token_fault="other_store")

    response = browser.get(install(ecwid, store_id))

    assert response.status_code == 400
    assert not ParkedGrant.select().exists()


def lose_queue_server(runtime: Runtime) -> None:
    """Make the queue server unreachable."""
    runtime.redis.connection_pool.disconnect()
    runtime.redis.connection_pool.connection_kwargs["path"] = "/nowhere.sock"


@pytest.mark.parametrize("has_queue_server", [True, False])
def test_code_may_be_sent_again_after_the_token_endpoint_was_down(
    browser: Visitor, ecwid: Ecwid, store_id: int, app: Flask, *, has_queue_server: bool
) -> None:
    callback = install(ecwid, store_id)
    runtime = app.extensions["portal_runtime"]
    if not has_queue_server:
        lose_queue_server(runtime)
    nowhere = replace(runtime.settings, ecwid_oauth_url="http://127.0.0.1:9/api/oauth")
    app.extensions["portal_runtime"] = replace(runtime, settings=nowhere)
    assert browser.get(callback).status_code == 503
    app.extensions["portal_runtime"] = runtime

    assert browser.get(callback).headers["Location"] == "/connect/confirm"


def test_callbacks_from_one_address_are_limited(visitor: Visitor) -> None:
    answers = [visitor.get("/connect/callback").status_code for _ in range(31)]

    assert answers == [403] * 30 + [429]


def test_links_of_the_header_lead_back_to_the_page_or_to_the_waiting_install(
    visitor: Visitor, ecwid: Ecwid, store_id: int
) -> None:
    def targets(path: str) -> set[str]:
        links = re.findall(r'href="(/(?:login|signup)[^"]*)"', visitor.get(path).text)
        found = (parse_qs(urlsplit(link).query).get("next", [""])[0] for link in links)
        return set(found)

    assert targets("/") == {""}
    assert targets("/login?next=/stores/5") == {"/stores/5"}
    assert targets("/forgot?next=/stores/5") == {"/stores/5"}
    assert targets("/login?next=https://evil.example") == {""}
    assert targets("/connect/link/nonsense") == {"/connect/link/nonsense"}
    assert targets("/connect/callback?code=&error=access_denied") == {""}
    visitor.get(install(ecwid, store_id))

    assert targets("/") == {"/connect/confirm"}
    assert targets("/login?next=/stores/5") == {"/stores/5"}
