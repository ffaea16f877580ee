"""Test client of the web app over a sandbox Ecwid, without JavaScript because every page must work
so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from html import unescape
from io import StringIO
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from flask import Flask, session
from werkzeug.test import TestResponse

from portal.config import Settings
from portal.models import BrowserSession, Merchant, Store, utc_now
from portal.rules.connection.scopes import REQUIRED_NAMES
from portal.sandbox.admin_operations import add_store
from portal.sandbox.server import SandboxServer
from portal.services.accounts.passwords import hash_password
from portal.services.runtime import Runtime
from portal.web.accounts.fresh_password import RECENT
from portal.web.app import create_app
from portal.web.login import open_session
from portal.web.masked_csrf import masked_csrf_token
from tests.factories import make_grant, make_merchant, make_recovery_code, make_store
from tests.web.log_lines import written_log

PASSWORD = "a few good words"
PASSWORD_HASH = hash_password(PASSWORD)


class Visitor:
    """Browser without JavaScript: keeps cookies and sends forms with their CSRF token."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client()

    def get(self, path: str, **options: object) -> TestResponse:
        """Request a page; redirects are not followed."""
        return self.client.get(path, **options)

    def post(self, path: str, **fields: object) -> TestResponse:
        """Submit a form with the CSRF token of this session."""
        # Buffered, so that the file of a download is closed.
        data = {"csrf_token": self.csrf_token(), **fields}
        return self.client.post(path, data=data, buffered=True)

    def see_secret(self, path: str, **fields: object) -> TestResponse:
        """Submit a form that creates a secret; return the page that shows it once."""
        response = self.post(path, **fields)
        assert response.status_code == 303, response.text
        return self.get(response.location)

    def csrf_token(self) -> str:
        """Return the CSRF token of this session without requesting a page."""
        client = self.client
        with (
            client.session_transaction() as kept,
            client.application.test_request_context(environ_base=client.environ_base),
        ):
            session.update(kept)
            token = masked_csrf_token()
            kept["csrf_token"] = session["csrf_token"]
        return token

    def sign_in(self, merchant: Merchant) -> Visitor:
        """Sign in through the form, with a recovery code if a second factor is on."""
        response = self.post("/login", email=merchant.email, password=PASSWORD)
        if (response.location or "").startswith("/login/code"):
            response = self.post("/login/code", code=make_recovery_code(merchant))
        assert response.status_code == 303, response.text
        return self

    def force_login(self, merchant: Merchant) -> Visitor:
        """Sign in with the same session as the form, but without the slow password hash."""
        environ = self.client.environ_base
        with self.client.application.test_request_context(environ_base=environ):
            open_session(merchant)
            begun = dict(session)
        with self.client.session_transaction() as kept:
            kept.update(begun)
        return self


def let_confirmations_expire() -> None:
    """Let so much time pass that no browser has confirmed password and code recently."""
    BrowserSession.update(confirmed_at=utc_now() - RECENT).execute()


def page_text(response: TestResponse) -> str:
    """Return the visible text of the page's main part on one line."""
    main = response.text.partition("<main")[2].partition("</main>")[0] or response.text
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", f"<main{main}")))


@dataclass
class Ecwid:
    """Actions of a merchant on Ecwid's pages."""

    server: SandboxServer

    def add_store(self, **fields: object) -> int:
        """Create a store."""
        return add_store(self.server.parts, fields)

    def set_switches(self, **switches: str) -> None:
        """Set switches of the sandbox."""
        for name, value in switches.items():
            self.server.parts.switches.set(name, value)

    def answer_consent(self, consent_url: str, **choice: object) -> str:
        """Submit the consent page; return the path of the redirect."""
        answer = requests.post(consent_url, data=choice, allow_redirects=False, timeout=10)
        assert answer.status_code == 302, answer.text
        return path_of(answer.headers["Location"])

    def grant_consent(
        self, consent_url: str, store_id: int, scopes: tuple[str, ...] | None = None
    ) -> str:
        """Grant access to a store, with all requested scopes or only some."""
        asked = parse_qs(urlsplit(consent_url).query)["scope"][0].split()
        chosen = asked if scopes is None else scopes
        return self.answer_consent(consent_url, decision="allow", store_id=store_id, scope=chosen)


def path_of(url: str) -> str:
    """Return path and query of a URL."""
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


@pytest.fixture
def settings(settings: Settings, request: pytest.FixtureRequest) -> Settings:
    """Settings of a portal that uses the sandbox as its Ecwid.

    Only tests that use the sandbox start one, because it takes as long as a page. For all others
    no address answers.
    """
    settings = replace(settings, ecwid_extra_scopes=("read_store_profile_extended",))
    if "sandbox" not in request.fixturenames:
        return settings
    url = request.getfixturevalue("sandbox").url
    return replace(settings, ecwid_oauth_url=f"{url}/api/oauth", ecwid_api_url=f"{url}/api/v3")


@pytest.fixture
def ecwid(sandbox: SandboxServer) -> Ecwid:
    """The merchant's side of Ecwid."""
    return Ecwid(sandbox)


@pytest.fixture
def app(runtime: Runtime) -> Flask:
    """The web app as in production."""
    return create_app(runtime)


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    """An anonymous browser."""
    return Visitor(app)


@pytest.fixture
def log_output(monkeypatch: pytest.MonkeyPatch) -> Iterator[StringIO]:
    """Everything that is logged during the test, as in production."""
    with written_log(monkeypatch) as written:
        yield written


@pytest.fixture
def merchant(runtime: Runtime) -> Merchant:
    """A merchant with an account."""
    return make_merchant(password_hash=PASSWORD_HASH)


@pytest.fixture
def store(merchant: Merchant, runtime: Runtime) -> Store:
    """A connected store of the merchant."""
    store = make_store(merchant)
    make_grant(store, runtime.sealer)
    return store


@pytest.fixture
def browser(app: Flask, merchant: Merchant) -> Visitor:
    """The browser of the signed-in merchant."""
    return Visitor(app).force_login(merchant)


@pytest.fixture
def stranger(app: Flask, runtime: Runtime) -> Visitor:
    """The browser of another merchant."""
    return Visitor(app).force_login(
        make_merchant(email="eve@example.com", password_hash=PASSWORD_HASH)
    )


Connect = Callable[..., TestResponse]


@pytest.fixture
def connect(ecwid: Ecwid) -> Connect:
    """Function that connects a store through the real redirects; returns the callback's
    response.
    """

    def go(browser: Visitor, store_id: int, scopes: tuple[str, ...] | None = None) -> TestResponse:
        consent_url = browser.post("/connect").headers["Location"]
        return browser.get(ecwid.grant_consent(consent_url, store_id, scopes))

    return go


ALL_BUT_ORDERS = tuple(name for name in REQUIRED_NAMES if "orders" not in name)
