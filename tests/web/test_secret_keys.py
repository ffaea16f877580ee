"""Sign-ins and open forms outlive a change of the secret key."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask, g

from portal.models import Merchant
from portal.services.runtime import Runtime
from portal.web.app import create_app
from portal.web.known_browsers import known_browser, remember_browser
from tests.web.conftest import Visitor

COOKIE = "portal"


@pytest.fixture
def portal_database_url(sqlite_database_url: str) -> str:
    """URL of an SQLite database; no SQL differs."""
    return sqlite_database_url


def visitor_after_restart(runtime: Runtime, keys: tuple[str, ...], cookie: str = "") -> Visitor:
    """Return a browser with this session cookie, at a portal with these secret keys."""
    settings = replace(runtime.settings, secret_keys=keys)
    visitor = Visitor(create_app(replace(runtime, settings=settings)))
    if cookie:
        visitor.client.set_cookie(COOKIE, cookie)
    return visitor


def cookie_of(visitor: Visitor) -> str:
    cookie = visitor.client.get_cookie(COOKIE)
    assert cookie is not None
    return cookie.value


def test_sign_in_and_open_form_outlive_a_new_key(runtime: Runtime, merchant: Merchant) -> None:
    before = visitor_after_restart(runtime, ("old",)).force_login(merchant)
    form = {"csrf_token": before.csrf_token(), "name": "Ada"}
    cookie = cookie_of(before)

    rotating = visitor_after_restart(runtime, ("new", "old"), cookie)
    afterwards = visitor_after_restart(runtime, ("new",), cookie)

    assert rotating.get("/stores").status_code == 200
    assert rotating.client.post("/logout", data=form).status_code == 303
    assert afterwards.get("/stores").headers["Location"].startswith("/login")
    assert afterwards.client.post("/logout", data=form).status_code == 400


def test_known_browser_stays_known_after_a_new_key(runtime: Runtime, merchant: Merchant) -> None:
    def app_with(*keys: str) -> Flask:
        return visitor_after_restart(runtime, keys).client.application

    with app_with("old").test_request_context():
        remember_browser(merchant)
        sent = {"Cookie": f"portal-browser={g.known_browser}"}

    with app_with("new", "old").test_request_context(headers=sent):
        assert known_browser(merchant) is not None
    with app_with("new").test_request_context(headers=sent):
        assert known_browser(merchant) is None


def test_visit_during_the_change_renews_the_sign_in(runtime: Runtime, merchant: Merchant) -> None:
    before = visitor_after_restart(runtime, ("old",)).force_login(merchant)
    rotating = visitor_after_restart(runtime, ("new", "old"), cookie_of(before))
    rotating.get("/stores")

    afterwards = visitor_after_restart(runtime, ("new",), cookie_of(rotating))

    assert afterwards.get("/stores").status_code == 200
