"""Operators see the pages of all stores; each view is recorded, and the store's team sees that."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask
from peewee import PeeweeException
from werkzeug.exceptions import HTTPException

from portal.models import (
    AuditLogEntry,
    Merchant,
    Store,
    SyncState,
    TimelineEntry,
    database,
    utc_now,
)
from portal.rules.accounts.operator_roles import OperatorRole
from portal.services.runtime import Runtime
from tests.factories import make_merchant, make_store
from tests.web.access_table import ROUTES, Access, Actor
from tests.web.conftest import Visitor, page_text
from tests.web.page_walk import page_requests
from tests.web.route_rows import make_rows

EMAIL = "support@marketplace.example"
ROLES = {Actor.SUPPORT: OperatorRole.SUPPORT, Actor.ADMIN: OperatorRole.ADMIN}
_FORM = re.compile(r'<form[^>]*method="post"[^>]*?action="([^"]+)"', re.DOTALL)
_LINK = re.compile(r'(?:href|hx-get)="(/[^"]*)"')


@pytest.fixture
def store(runtime: Runtime) -> Store:
    """A store of somebody else."""
    return make_store(make_merchant(email="owner@shop.example"))


@pytest.fixture
def operator(runtime: Runtime) -> Merchant:
    """An operator with the role support."""
    return make_merchant(email=EMAIL, operator_role=OperatorRole.SUPPORT)


@pytest.fixture
def support(app: Flask, operator: Merchant) -> Visitor:
    """The browser of the operator."""
    return Visitor(app).force_login(operator)


def views() -> list[AuditLogEntry]:
    """Return the recorded views."""
    return list(AuditLogEntry.select().where(AuditLogEntry.action == "store.viewed"))


def age_views(age: timedelta) -> None:
    """Let the recorded views be this old."""
    AuditLogEntry.update(happened_at=utc_now() - age).execute()


def endpoint_of(app: Flask, url: str, method: str) -> str | None:
    """Return the endpoint of a URL of the portal; None for another site."""
    try:
        adapter = app.url_map.bind("localhost")
        return str(adapter.match(unescape(url).partition("?")[0], method)[0])
    except HTTPException:
        return None


@pytest.mark.parametrize("who", ROLES)
def test_no_page_offers_what_its_visitor_may_not_do(
    app: Flask, runtime: Runtime, who: Actor
) -> None:
    rows = make_rows(
        runtime,
        make_merchant(email="owner@shop.example"),
        make_merchant(email="staff@shop.example"),
        invited=make_merchant(email="guest@shop.example"),
    )
    visitor = Visitor(app).force_login(make_merchant(operator_role=ROLES[who]))

    offered: dict[str, str] = {}
    for number, page in enumerate(page_requests(app, rows)):
        if not page.path.startswith(f"/stores/{rows['store_id']}"):
            continue
        response = page.send(visitor, {}, number)
        assert response.status_code < 500, page.name
        text = response.text
        for method, pattern in (("POST", _FORM), ("GET", _LINK)):
            for url in pattern.findall(text):
                endpoint = endpoint_of(app, url, method)
                if endpoint is not None and ROUTES[f"{method} {endpoint}"][who] != Access.ALLOWED:
                    offered[f"{method} {endpoint}"] = page.name

    assert offered == {}


def test_support_sees_the_page_with_a_banner_and_a_way_back(support: Visitor, store: Store) -> None:
    page = support.get(f"/stores/{store.id}")

    assert f"You are viewing {store.name} as support." in page_text(page)
    assert 'href="/operator"' in page.text
    assert "Sync now" not in page_text(page)
    assert "Your store syncs automatically" not in page_text(page)
    assert "Refresh one record" not in page_text(support.get(f"/stores/{store.id}/sync"))


def test_member_who_is_an_operator_sees_the_page_as_member(
    app: Flask, operator: Merchant, support: Visitor
) -> None:
    own = make_store(operator)

    page = page_text(support.get(f"/stores/{own.id}"))

    assert "as support" not in page
    assert "Sync now" in page
    assert views() == []


def test_team_sees_the_view_without_the_operators_address(
    app: Flask, support: Visitor, store: Store, operator: Merchant
) -> None:
    support.get(f"/stores/{store.id}")

    owner = Merchant.get(Merchant.email == "owner@shop.example")
    timeline = Visitor(app).force_login(owner).get(f"/stores/{store.id}/timeline")

    assert "Support viewed this store Support" in page_text(timeline)
    assert EMAIL not in timeline.text
    (view,) = views()
    assert (view.actor, view.store_id, view.target) == (operator, store.id, f"store {store.id}")


def test_views_within_an_hour_are_one_entry(support: Visitor, store: Store) -> None:
    for page in ("", "/sync", "/products", "/nowhere"):
        support.get(f"/stores/{store.id}{page}")
    once = len(views())
    age_views(timedelta(minutes=61))
    support.get(f"/stores/{store.id}/team")

    assert (once, len(views())) == (1, 2)
    assert TimelineEntry.select().where(TimelineEntry.what == "support_viewed").count() == 2


def test_polls_of_a_live_page_write_nothing(support: Visitor, store: Store) -> None:
    support.get(f"/stores/{store.id}")
    age_views(timedelta(hours=23))

    polls = [support.get(f"/stores/{store.id}{page}/progress") for page in ("", "/sync")]

    assert [poll.status_code for poll in polls] == [200, 200]
    assert len(views()) == 1


def test_live_part_without_a_recorded_view_is_not_shown(support: Visitor, store: Store) -> None:
    address = f"/stores/{store.id}/progress"
    direct = support.get(address)
    polled = support.get(address, headers={"HX-Request": "true"})

    assert (direct.status_code, direct.headers["Location"]) == (303, f"/stores/{store.id}")
    assert (polled.status_code, polled.headers["HX-Refresh"], polled.data) == (204, "true", b"")
    assert views() == []


@pytest.mark.parametrize("table", ["audit_log_entry", "timeline_entry"])
def test_page_is_not_shown_if_its_view_can_not_be_recorded(
    support: Visitor, store: Store, table: str
) -> None:
    Store.update(name="Secret pottery").execute()
    database.execute_sql(f"ALTER TABLE {table} RENAME TO moved")
    try:
        try:
            shown = support.get(f"/stores/{store.id}").text
        except PeeweeException as error:
            shown = str(error)
    finally:
        database.execute_sql(f"ALTER TABLE moved RENAME TO {table}")

    assert "Secret pottery" not in shown
    assert views() == []


def test_admin_acts_and_support_does_not(
    app: Flask, support: Visitor, store: Store, operator: Merchant
) -> None:
    address = f"/stores/{store.id}/sync/pause/products"
    refused = support.post(address)
    Merchant.update(operator_role=OperatorRole.ADMIN).where(Merchant.id == operator.id).execute()

    done = support.post(address)
    taken = support.post(f"/stores/{store.id}/team/invitations", email="me@marketplace.example")

    assert (refused.status_code, done.status_code, taken.status_code) == (403, 303, 403)
    assert "Your operator role can't do this" in page_text(refused)
    assert SyncState.get().paused_at is not None


def test_operator_learns_who_can_reconnect_a_store(support: Visitor, store: Store) -> None:
    page = page_text(support.get(f"/stores/{store.id}/reconnect"))

    assert "Only the store's team can reconnect it." in page
    assert "Continue to Ecwid" not in page


def test_unknown_store_is_a_404_for_operators_too(support: Visitor) -> None:
    assert support.get("/stores/404").status_code == 404
