"""Disconnecting a store, and keeping or erasing its mirror."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from portal.config import Settings
from portal.models import (
    AuditLogEntry,
    Grant,
    Membership,
    Merchant,
    Product,
    Role,
    Store,
    StoreDataErasure,
    StoreState,
    SyncState,
    TimelineEntry,
    utc_now,
)
from portal.rules.connection.connection_events import ConnectionEvent
from portal.sandbox.faults import Fault
from portal.services.connection.disconnect_store import UNINSTALL_SCOPE
from portal.services.connection.erase_store_data import erase_store_data, request_erasure
from portal.services.connection.register_webhooks import register_webhooks
from portal.services.runtime import Runtime
from tests.factories import make_merchant, product_row
from tests.web.conftest import PASSWORD_HASH, Connect, Ecwid, Visitor, page_text

NAME = "Clay & Co"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Settings of a portal that may remove its app."""
    return replace(settings, ecwid_extra_scopes=(UNINSTALL_SCOPE,))


@pytest.fixture
def store_id(browser: Visitor, ecwid: Ecwid, connect: Connect, runtime: Runtime) -> int:
    """A connected store with a webhook registration and a mirrored product."""
    server = ecwid.server.parts
    server.config = replace(server.config, scopes=(*server.config.scopes, UNINSTALL_SCOPE))
    store_id = ecwid.add_store(name=NAME)
    connect(browser, store_id)
    register_webhooks(runtime, store_id)
    Product.upsert([product_row(store=store_id)])
    return store_id


def registrations(ecwid: Ecwid) -> int:
    """Return the number of webhook registrations in the sandbox."""
    return ecwid.server.parts.state.number("SELECT count(*) FROM registration")


def leave(browser: Visitor, store_id: int, **fields: str) -> str:
    """Submit the form; return the text of the store's page."""
    answer = browser.post(
        f"/stores/{store_id}/disconnect", **{"name": NAME, "copy": "keep"} | fields
    )
    assert answer.status_code == 303, page_text(answer)
    return page_text(browser.get(answer.headers["Location"]))


def test_owner_disconnects_and_the_mirror_is_kept_for_a_while(
    browser: Visitor, store_id: int, ecwid: Ecwid, merchant: Merchant
) -> None:
    asked = page_text(browser.get(f"/stores/{store_id}/disconnect"))
    before = registrations(ecwid)

    page = leave(browser, store_id, name=" clay &  CO ")

    assert "Keep the data for 30 days" in asked
    assert (before, registrations(ecwid)) == (1, 0)
    assert not ecwid.server.parts.stores.is_installed(store_id)
    assert "the app is removed from Ecwid" in page
    assert "We keep the data until" in page
    for shown in (page, page_text(browser.get(f"/stores/{store_id}/connection"))):
        assert "We receive no webhooks while the store is disconnected." in shown
        assert "Being set up" not in shown
    store = Store.get_by_id(store_id)
    assert store.state == StoreState.DISCONNECTED
    grant = Grant.get()
    assert (grant.sealed_access_token, grant.revoked_reason) == ("", "disconnected")
    assert Product.live_count(store_id) == 1
    line = TimelineEntry.get(TimelineEntry.what == ConnectionEvent.DISCONNECTED)
    assert (line.actor, line.detail["copy"]) == (merchant, "kept")
    newest = AuditLogEntry.select().order_by(AuditLogEntry.id.desc()).first()
    assert newest.action == "store.disconnected"
    assert Membership.role_of(merchant, store_id) is Role.OWNER
    assert "already disconnected" in page_text(browser.get(f"/stores/{store_id}/disconnect"))


def test_mirror_is_erased_at_once_with_progress(
    browser: Visitor, store_id: int, runtime: Runtime
) -> None:
    page = leave(browser, store_id, copy="erase")
    erase_store_data(runtime, store_id)
    after = page_text(browser.get(f"/stores/{store_id}"))

    assert "The data is being erased" in page
    assert "records were erased" in after
    assert not Product.select().exists()
    assert not SyncState.select().exists()
    assert {audit.action for audit in AuditLogEntry.select()} == {
        "onboarding.started",
        "store.connected",
        "store.disconnected",
        "store_data.erasure_requested",
    }


def test_kept_mirror_is_erased_early(browser: Visitor, store_id: int, runtime: Runtime) -> None:
    leave(browser, store_id)
    path = f"/stores/{store_id}/erase"
    asked = page_text(browser.get(path))
    refused = browser.post(path, name="Wax")

    answer = browser.post(path, name=NAME)
    erase_store_data(runtime, store_id)

    assert "You can't undo this" in asked
    assert refused.status_code == 422
    assert answer.status_code == 303
    assert not Product.select().exists()


def test_mirror_of_a_connected_store_cannot_be_erased(browser: Visitor, store_id: int) -> None:
    browser.post(f"/stores/{store_id}/erase", name=NAME)

    assert "Disconnect it first" in page_text(browser.get(f"/stores/{store_id}"))
    assert not StoreDataErasure.select().exists()


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"name": ""}, "Type the store's name."),
        ({"name": "Wax"}, "This doesn't match the store's name"),
        ({"copy": "burn"}, "Not a valid choice"),
    ],
)
def test_invalid_form_disconnects_nothing(
    browser: Visitor, store_id: int, fields: dict[str, str], problem: str
) -> None:
    answer = browser.post(
        f"/stores/{store_id}/disconnect", **{"name": NAME, "copy": "keep"} | fields
    )

    assert answer.status_code == 422
    assert problem in page_text(answer)
    assert Store.get_by_id(store_id).state == StoreState.CONNECTED


def test_store_is_disconnected_while_ecwid_is_unavailable(
    browser: Visitor, store_id: int, ecwid: Ecwid
) -> None:
    ecwid.server.parts.access.faults.add(Fault("/webhooks", 503, times=9))

    page = leave(browser, store_id)

    assert "Please also remove the app in your Ecwid admin" in page
    assert Grant.active_for(store_id) is None


def test_without_the_scope_the_merchant_is_asked_to_remove_the_app(
    browser: Visitor, store_id: int, ecwid: Ecwid
) -> None:
    grant = Grant.get()
    grant.scopes = [scope for scope in grant.scopes if scope != UNINSTALL_SCOPE]
    grant.save()

    page = leave(browser, store_id)

    assert "Please also remove the app in your Ecwid admin" in page
    assert registrations(ecwid) == 0
    assert ecwid.server.parts.stores.is_installed(store_id)


def test_disconnect_makes_no_call_with_a_dead_token(
    browser: Visitor, store_id: int, ecwid: Ecwid
) -> None:
    Store.update(state=StoreState.RECONNECT).execute()
    ecwid.server.parts.access.reset()

    leave(browser, store_id)

    assert not ecwid.server.parts.access.request_counts


def test_reconnect_within_the_retention_time_keeps_the_mirror(
    browser: Visitor, store_id: int, connect: Connect, merchant: Merchant
) -> None:
    SyncState.update(high_water_at=utc_now()).execute()
    leave(browser, store_id)

    answer = connect(browser, store_id)

    assert answer.status_code == 303
    assert Store.get_by_id(store_id).state == StoreState.CONNECTED
    assert Product.live_count(store_id) == 1
    assert Membership.select().count() == 1
    assert "We keep the data until" not in page_text(browser.get(f"/stores/{store_id}"))


def test_staff_and_strangers_can_neither_disconnect_nor_erase(
    app: Flask, store_id: int, stranger: Visitor
) -> None:
    staff = make_merchant(email="bea@example.com", password_hash=PASSWORD_HASH)
    Membership.create(merchant=staff, store=store_id, role=Role.MANAGER)
    browser = Visitor(app).sign_in(staff)

    for page in ("disconnect", "erase"):
        path = f"/stores/{store_id}/{page}"
        assert browser.get(path).status_code == browser.post(path, name=NAME).status_code == 403
        assert stranger.get(path).status_code == stranger.post(path, name=NAME).status_code == 404
    assert "Disconnect store" not in page_text(browser.get(f"/stores/{store_id}/connection"))


def test_staff_see_the_kept_mirror_without_the_button(
    app: Flask, browser: Visitor, store_id: int
) -> None:
    leave(browser, store_id)
    staff = make_merchant(email="bea@example.com", password_hash=PASSWORD_HASH)
    Membership.create(merchant=staff, store=store_id, role=Role.MANAGER)

    page = page_text(Visitor(app).sign_in(staff).get(f"/stores/{store_id}"))

    assert "We keep the data until" in page
    assert "Erase the data now" not in page


def test_progress_shows_how_much_is_erased(browser: Visitor, store_id: int) -> None:
    leave(browser, store_id)
    request_erasure(store_id)
    StoreDataErasure.update(total=2000, erased={"Product": 500}).execute()

    page = page_text(browser.get(f"/stores/{store_id}/progress"))

    assert "500 of 2,000" in page
