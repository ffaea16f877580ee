"""Each page has one h1, which its title begins with; pages of a store have a breadcrumb."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from flask import Flask

from portal.models import Merchant
from portal.rules.accounts.operator_roles import OperatorRole
from portal.services.runtime import Runtime
from tests.factories import make_merchant
from tests.web.conftest import PASSWORD_HASH, Visitor
from tests.web.page_walk import page_requests
from tests.web.route_rows import make_rows

pytestmark = pytest.mark.unmeasured
STORE_OVERVIEW = "stores.show"


@pytest.fixture
def owner(runtime: Runtime) -> Merchant:
    """An operator who owns a store."""
    return make_merchant(
        email="owner@example.com", operator_role=OperatorRole.ADMIN, password_hash=PASSWORD_HASH
    )


@pytest.fixture
def rows(runtime: Runtime, owner: Merchant) -> dict[str, Any]:
    """Values of URL variables."""
    staff = make_merchant(email="staff@example.com")
    return make_rows(runtime, owner, staff, invited=make_merchant(email="guest@example.com"))


def text_of(html: str) -> str:
    """Return the text without tags, on one line."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", html))).strip()


def test_every_page_has_one_heading_that_its_title_begins_with(
    app: Flask, owner: Merchant, rows: dict[str, Any]
) -> None:
    problems: dict[str, object] = {}
    pages = 0
    for visitor in (Visitor(app).force_login(owner), Visitor(app)):
        for number, page in enumerate(page_requests(app, rows)):
            if page.query or page.name.startswith(("api.", "static")):
                continue
            response = page.send(visitor, {}, number)
            html = response.text
            if "<title>" not in html:
                continue
            pages += 1
            headings = [text_of(each) for each in re.findall(r"<h1\b.*?</h1>", html, re.S)]
            title = text_of(html.partition("<title>")[2].partition("</title>")[0])
            parts = title.split(" · ")
            if len(headings) != 1 or not title.startswith(headings[0]) or parts[0] in parts[1:]:
                problems[page.name] = (title, headings)
            is_of_store = page.path.startswith("/stores/") and response.status_code == 200
            if is_of_store and 'class="breadcrumb"' not in html:
                problems[page.name] = "no breadcrumb"

    assert not problems, "\n".join(f"{name}: {what}" for name, what in problems.items())
    assert pages > 100
