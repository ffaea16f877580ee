"""Connecting a store with the token of a custom app, and reconnecting it with a new one."""

from __future__ import annotations

from typing import Any

import pytest

from portal.models import (
    AuditLogEntry,
    Grant,
    Issue,
    Onboarding,
    Product,
    Store,
    StoreState,
    SyncRun,
    WebhookHealth,
)
from portal.rules.connection.connect_failures import FAILURE_REASONS
from portal.rules.connection.scopes import REQUIRED_NAMES
from portal.sandbox.custom_apps import DEFAULT_SCOPES
from portal.sandbox.faults import Fault
from portal.services.connection.probe_store import probe_store
from portal.services.runtime import Runtime
from portal.services.sync.engine import process_run
from tests.web.conftest import Connect, Ecwid, Visitor, page_text


@pytest.fixture
def store_id(ecwid: Ecwid) -> int:
    """A store on the Business plan."""
    return ecwid.add_store(name="Clay & Co", products=3)


def make_app(
    ecwid: Ecwid, store_id: int, scopes: tuple[str, ...] = REQUIRED_NAMES
) -> dict[str, Any]:
    """Create a custom app as the merchant does, and Ecwid's support on request."""
    apps = ecwid.server.parts.custom_apps
    return apps.get(store_id, apps.create(store_id, scopes))


def give(browser: Visitor, store_id: object, token: str, **fields: str) -> Any:
    """Submit the form."""
    return browser.post("/connect/custom-app", store_id=store_id, token=token, **fields)


def finish_runs(runtime: Runtime) -> None:
    """Run all unfinished runs as the daemon does."""
    for run in SyncRun.select().where(SyncRun.finished_at.is_null()):
        process_run(runtime, run.id)


def failure_reason() -> str | None:
    """Return the reason of the last failure for operators."""
    return Onboarding.select().order_by(Onboarding.id.desc()).get().failure_reason


def test_form_explains_the_steps_and_all_permissions(browser: Visitor) -> None:
    assert 'href="/connect/custom-app"' in browser.get("/connect").text

    page = browser.get("/connect/custom-app")

    assert all(name in page.text for name in REQUIRED_NAMES)
    assert "#develop-apps" in page.text
    assert "http://127.0.0.1:8000/webhooks/ecwid" in page.text
    assert page.text.count('autocomplete="off"') == 3
    assert 'type="password"' in page.text


def test_store_is_connected_and_its_backfill_starts(
    browser: Visitor, ecwid: Ecwid, store_id: int
) -> None:
    app = make_app(ecwid, store_id)

    response = give(browser, f" {store_id} ", f" {app['token']} ")

    assert (response.status_code, response.headers["Location"]) == (303, f"/stores/{store_id}")
    store = Store.get_by_id(store_id)
    assert (store.name, store.state) == ("Clay & Co", StoreState.CONNECTED)
    assert store.webhook_health == WebhookHealth.OFF
    assert SyncRun.select().exists()
    assert Onboarding.get().finished_at is not None
    assert "store.connected" in {entry.action for entry in AuditLogEntry.select()}
    assert Onboarding.get().consented_at is not None
    page = page_text(browser.get(f"/stores/{store_id}/connection"))
    assert "Connected through Custom app" in page
    assert "We check Ecwid for changes every few minutes instead" in page


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"store_id": "", "token": "secret_x"}, "Enter the store ID."),
        ({"store_id": "12a", "token": "secret_x"}, "Enter only the digits"),
        ({"store_id": "0", "token": "secret_x"}, "Enter only the digits"),
        ({"store_id": "9" * 30, "token": "secret_x"}, "Enter only the digits"),
        ({"store_id": "1003", "token": ""}, "Enter the secret token."),
        ({"store_id": "1003", "token": "public_x"}, "This is the public token."),
        ({"store_id": "1003", "token": "secret x"}, "Copy it again"),
        ({"store_id": "1003", "token": "x" * 201}, "Use at most 200 characters."),
        ({"store_id": "1003", "token": "secret_x", "client_secret": "a b"}, "Copy it again"),
    ],
)
def test_invalid_input_shows_the_form_again_without_the_secrets(
    browser: Visitor, fields: dict[str, str], problem: str
) -> None:
    response = browser.post("/connect/custom-app", **fields)

    assert response.status_code == 422
    assert problem in page_text(response)
    assert not fields["token"] or f'value="{fields["token"]}"' not in response.text
    assert not Store.select().exists()


def test_token_of_another_store_is_refused_with_a_way_back(
    browser: Visitor, ecwid: Ecwid, store_id: int
) -> None:
    app = make_app(ecwid, ecwid.add_store())

    response = give(browser, store_id, app["token"])

    assert response.status_code == 422
    assert "Ecwid doesn't accept this token" in page_text(response)
    assert 'href="/connect/custom-app"' in response.text
    assert app["token"] not in response.text
    assert failure_reason() == "custom_token_refused"
    assert failure_reason() in FAILURE_REASONS


def test_new_custom_app_lacks_permissions_and_the_page_names_them(
    browser: Visitor, ecwid: Ecwid, store_id: int
) -> None:
    app = make_app(ecwid, store_id, DEFAULT_SCOPES)

    response = give(browser, store_id, app["token"])

    page = page_text(response)
    assert response.status_code == 422
    assert [name for name in REQUIRED_NAMES if name in page] == [
        name for name in REQUIRED_NAMES if name not in DEFAULT_SCOPES
    ]
    assert failure_reason() == "custom_scopes_missing"
    ecwid.server.parts.custom_apps.change(store_id, app["id"], REQUIRED_NAMES)
    assert give(browser, store_id, app["token"]).status_code == 303


@pytest.mark.parametrize(
    ("changes", "heading"),
    [
        ({"plan": "Free"}, "This Ecwid plan has no API access"),
        ({"suspended": True}, "This store is paused or suspended in Ecwid"),
    ],
)
def test_plan_and_suspension_have_their_pages(
    browser: Visitor, ecwid: Ecwid, store_id: int, changes: dict[str, Any], heading: str
) -> None:
    app = make_app(ecwid, store_id)
    ecwid.server.parts.stores.change(store_id, changes)

    response = give(browser, store_id, app["token"])

    assert response.status_code == 422
    assert heading in page_text(response)
    assert not Store.select().exists()


@pytest.mark.parametrize(
    ("fault", "status", "text"),
    [
        (Fault("/profile", status=500, times=9), 503, "enter the token again"),
        (Fault("/profile", body='{"account": 5}', status=200), 502, "information about the store"),
        (
            Fault("/profile", body='{"generalInfo": {"storeId": 9}}', status=200),
            400,
            "different stores",
        ),
    ],
)
def test_answers_that_are_no_profile_change_nothing(
    browser: Visitor, ecwid: Ecwid, store_id: int, fault: Fault, status: int, text: str
) -> None:
    app = make_app(ecwid, store_id)
    ecwid.server.parts.access.faults.add(fault)

    response = give(browser, store_id, app["token"])

    assert response.status_code == status
    assert text in page_text(response)
    assert not Store.select().exists()


def test_store_of_another_account_shows_the_same_page_as_a_consent(
    browser: Visitor, stranger: Visitor, ecwid: Ecwid, store_id: int
) -> None:
    app = make_app(ecwid, store_id)
    give(browser, store_id, app["token"])

    response = give(stranger, store_id, app["token"])

    assert response.status_code == 409
    assert "This store belongs to another account" in page_text(response)


def test_tokens_are_limited_because_ecwid_blocks_callers_of_dead_ones(
    browser: Visitor, store_id: int
) -> None:
    statuses = [give(browser, store_id, "secret_wrong").status_code for _ in range(6)]

    assert statuses == [422] * 5 + [429]


def test_deleted_app_opens_an_issue_and_a_new_token_loses_nothing(
    browser: Visitor, runtime: Runtime, ecwid: Ecwid, store_id: int
) -> None:
    app = make_app(ecwid, store_id)
    give(browser, store_id, app["token"])
    finish_runs(runtime)
    ecwid.server.parts.custom_apps.delete(store_id, app["id"])
    ecwid.server.parts.products.create(store_id, {"name": "Oak board", "price": 5})

    probe_store(runtime, store_id)

    issue = Issue.get()
    assert issue.kind == "token_dead"
    assert "new token of your custom app" in page_text(browser.get(f"/stores/{store_id}/reconnect"))
    started = browser.post(f"/stores/{store_id}/reconnect")
    assert started.headers["Location"] == f"/stores/{store_id}/token"
    new = make_app(ecwid, store_id)
    response = browser.post(
        started.headers["Location"], token=new["token"], client_secret=new["client_secret"]
    )

    assert response.headers["Location"] == f"/stores/{store_id}"
    store = Store.get_by_id(store_id)
    assert (store.state, store.webhook_health) == (StoreState.CONNECTED, WebhookHealth.PENDING)
    assert Issue.get().resolved_at is not None
    assert Grant.select().where(Grant.store == store_id).count() == 2
    connects = AuditLogEntry.select().where(AuditLogEntry.action == "store.connected")
    assert connects.count() == 2
    finish_runs(runtime)
    assert Product.select().where(Product.name == "Oak board").exists()
    assert Product.live_count(store_id) == 4


def test_refused_new_token_keeps_the_form_of_the_store(
    browser: Visitor, ecwid: Ecwid, store_id: int
) -> None:
    give(browser, store_id, make_app(ecwid, store_id)["token"])
    url = f"/stores/{store_id}/token"

    assert browser.post(url, token="public_x").status_code == 422
    response = browser.post(url, token="secret_wrong")

    assert response.status_code == 422
    assert f'href="{url}"' in response.text
    assert Store.get_by_id(store_id).state == StoreState.CONNECTED
    assert "Reconnect with a custom app" in page_text(browser.get(url))


def test_merchant_may_switch_between_both_ways(
    browser: Visitor, ecwid: Ecwid, connect: Connect, store_id: int
) -> None:
    give(browser, store_id, make_app(ecwid, store_id)["token"])
    url = f"/stores/{store_id}/reconnect"
    assert f'action="{url}?consent=1"' in browser.get(url).text

    consent_url = browser.post(f"{url}?consent=1").headers["Location"]
    assert browser.get(ecwid.grant_consent(consent_url, store_id)).status_code == 303

    assert Grant.latest_source(store_id) == "oauth"
    assert Store.get_by_id(store_id).webhook_health == WebhookHealth.PENDING
    assert f'href="/stores/{store_id}/token"' in browser.get(url).text
    again = browser.post(f"/stores/{store_id}/token", token=make_app(ecwid, store_id)["token"])
    assert again.status_code == 303
    assert Grant.latest_source(store_id) == "custom_app"


def test_unconfirmed_permissions_are_marked(browser: Visitor, ecwid: Ecwid, store_id: int) -> None:
    ecwid.set_switches(token_endpoint="off")

    give(browser, store_id, make_app(ecwid, store_id)["token"])

    page = page_text(browser.get(f"/stores/{store_id}/connection"))
    assert page.count("Not confirmed by Ecwid yet") == 3


def test_secrets_are_not_logged(
    browser: Visitor, ecwid: Ecwid, store_id: int, capsys: pytest.CaptureFixture[str]
) -> None:
    app = make_app(ecwid, store_id)

    give(browser, store_id, app["token"], client_secret=app["client_secret"])
    give(browser, store_id, "secret_wrong_token", client_secret=app["client_secret"])

    logged = "".join(capsys.readouterr())
    assert "connect.done" in logged
    for secret in (app["token"], app["client_secret"], "secret_wrong_token"):
        assert secret not in logged
