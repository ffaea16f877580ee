"""Addresses of all HTML pages of a filled portal, and a browser window that is signed in."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask import Flask
from playwright.sync_api import Browser, BrowserContext
from werkzeug.test import TestResponse

from portal.models import Merchant
from portal.rules.accounts.operator_roles import OperatorRole
from portal.services.runtime import Runtime
from tests.browser.served_app import served, signed_in_context
from tests.factories import make_merchant
from tests.web.conftest import PASSWORD_HASH, Visitor
from tests.web.long_words import write_long_words
from tests.web.page_walk import page_requests
from tests.web.route_rows import make_rows


@dataclass(frozen=True)
class PageAddress:
    """An HTML page; ``is_anonymous`` if only visitors without a session see it."""

    name: str
    path: str
    is_anonymous: bool


@dataclass(frozen=True)
class FilledPortal:
    """A served portal with a small, complete store, and the pages that its operator sees."""

    url: str
    app: Flask
    operator: Merchant
    pages: tuple[PageAddress, ...]

    def context(self, chromium: Browser, *, is_anonymous: bool, **options: Any) -> BrowserContext:
        """Return a browser context, signed in as the operator who owns the store, or not."""
        if is_anonymous:
            return chromium.new_context(base_url=self.url, **options)
        return signed_in_context(chromium, self.app, self.url, self.operator, **options)


@contextmanager
def filled_portal(
    app: Flask,
    runtime: Runtime,
    part: slice = slice(None),
    *,
    names: Collection[str] = (),
    has_long_words: bool = False,
) -> Iterator[FilledPortal]:
    """Fill the database, serve the app and list a part of its pages, or those of ``names``.

    Long words of people make rows that no page expects.
    """
    operator = make_merchant(
        email="owner@example.com", operator_role=OperatorRole.ADMIN, password_hash=PASSWORD_HASH
    )
    staff = make_merchant(email="staff@example.com")
    rows = make_rows(runtime, operator, staff, invited=make_merchant(email="guest@example.com"))
    if has_long_words:
        write_long_words()
        operator = Merchant.get_by_id(operator.id)
    pages = tuple(html_pages(app, operator, rows, part, names=names))
    with served(app) as url:
        yield FilledPortal(url, app, operator, pages)


def html_pages(
    app: Flask,
    merchant: Merchant,
    rows: Mapping[str, Any],
    part: slice = slice(None),
    *,
    names: Collection[str] = (),
    has_all_rows: bool = True,
) -> Iterator[PageAddress]:
    """Yield a part of the pages, or those of ``names``, that the merchant or a stranger sees."""
    signed_in, anonymous = Visitor(app).force_login(merchant), Visitor(app)
    requests = [
        page
        for page in page_requests(app, rows, has_all_rows=has_all_rows)
        if (page.name in names if names else not page.name.startswith("api."))
    ]
    for number, page in enumerate(requests[part]):
        path = f"{page.path}?{page.query}" if page.query else page.path
        if _is_page(page.send(signed_in, {}, number)):
            yield PageAddress(page.name, path, is_anonymous=False)
        elif _is_page(page.send(anonymous, {}, number)):
            yield PageAddress(page.name, path, is_anonymous=True)


def _is_page(response: TestResponse) -> bool:
    """Return whether the response is a whole page, not a redirect, a file or a part of a page.

    A link that has expired has a page, too.
    """
    is_html = response.status_code in (200, 410) and response.mimetype == "text/html"
    return is_html and b"<!DOCTYPE html>" in response.data
