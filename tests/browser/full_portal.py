"""A served portal whose lists are full, and a browser that is signed in to it without a form."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Thread
from typing import Any

from flask import Flask
from playwright.sync_api import Browser, BrowserContext
from werkzeug.serving import make_server

from portal.models import Merchant
from portal.rules.accounts.operator_roles import OperatorRole
from portal.services.runtime import Runtime
from portal.web.app import create_app
from tests.factories import make_merchant
from tests.web.conftest import PASSWORD_HASH, Visitor
from tests.web.long_lists import fill_lists
from tests.web.page_walk import PageRequest, page_requests
from tests.web.route_rows import make_rows

# Downloads, probes and answers for programs have no page.
NOT_PAGES = ("api.", "assets.", "probes.", "static", "well_known.")


@dataclass(frozen=True)
class FullPortal:
    """The app with its URL, its owner, who is an operator, too, and the rows of `make_rows`."""

    app: Flask
    url: str
    owner: Merchant
    rows: dict[str, Any]

    def pages(self) -> Iterator[PageRequest]:
        """Yield the request of each page that the owner may open."""
        for page in page_requests(self.app, self.rows):
            if not page.name.startswith(NOT_PAGES):
                yield page

    def sign_in(self, browser: Browser, **options: Any) -> BrowserContext:
        """Return a browser context with the owner's session."""
        visitor = Visitor(self.app).force_login(self.owner)
        context = browser.new_context(base_url=self.url, **options)
        name = self.app.config["SESSION_COOKIE_NAME"]
        cookie = visitor.client.get_cookie(name)
        assert cookie is not None
        context.add_cookies([{"name": name, "value": cookie.value, "url": self.url}])
        return context


@contextmanager
def served(runtime: Runtime) -> Iterator[FullPortal]:
    """Serve a portal with full lists."""
    owner = make_merchant(
        email="owner@example.com", operator_role=OperatorRole.ADMIN, password_hash=PASSWORD_HASH
    )
    staff = make_merchant(email="staff@example.com")
    rows = make_rows(runtime, owner, staff, invited=make_merchant(email="guest@example.com"))
    fill_lists(rows, owner)
    app = create_app(runtime)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield FullPortal(app, f"http://127.0.0.1:{server.port}", owner, rows)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
