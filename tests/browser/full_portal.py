"""A served portal whose lists are full, and a browser that is signed in to it without a form."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask import Flask
from playwright.sync_api import Browser, BrowserContext

from portal.models import Merchant
from portal.rules.accounts.operator_roles import OperatorRole
from portal.services.runtime import Runtime
from portal.web.app import create_app
from tests.browser.served_app import served, signed_in_context
from tests.factories import make_merchant
from tests.web.conftest import PASSWORD_HASH
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

    def path(self, name: str) -> str:
        """Return the path of one page."""
        return next(page.path for page in self.pages() if page.name == name)

    def sign_in(self, browser: Browser, **options: Any) -> BrowserContext:
        """Return a browser context with the owner's session."""
        return signed_in_context(browser, self.app, self.url, self.owner, **options)


@contextmanager
def full_portal(runtime: Runtime) -> Iterator[FullPortal]:
    """Serve a portal with full lists."""
    owner = make_merchant(
        email="owner@example.com", operator_role=OperatorRole.ADMIN, password_hash=PASSWORD_HASH
    )
    staff = make_merchant(email="staff@example.com")
    rows = make_rows(runtime, owner, staff, invited=make_merchant(email="guest@example.com"))
    fill_lists(rows, owner)
    app = create_app(runtime)
    with served(app) as url:
        yield FullPortal(app, url, owner, rows)
