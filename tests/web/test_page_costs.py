"""Cost of every page with long lists: SQL statements and kilobytes."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from portal.models import ApiKey, Merchant, Store
from portal.rules.accounts.operator_roles import OperatorRole
from portal.rules.api_keys.key_scopes import KeyScope
from portal.services.api_keys.keys import create_key
from portal.services.runtime import Runtime
from tests.factories import make_merchant
from tests.web.conftest import PASSWORD, PASSWORD_HASH, Visitor, page_text
from tests.web.live_polls import poll
from tests.web.long_lists import OTHER_STORE, STORES, fill_lists
from tests.web.page_walk import PageCost, walk
from tests.web.route_rows import make_rows

# The tests of each page measure its code.
pytestmark = pytest.mark.unmeasured
QUERY_LIMIT = 12
# Before compression, which leaves a tenth of a page.
KILOBYTE_LIMIT = 120
# Pages that may be larger, with the reason.
LARGER_PAGES = {
    "api.list_orders": "100 orders with all details; a program can ask for fewer fields",
    "api.openapi": "a program reads the whole description of the API once",
    "api_docs.index": "the reference of the API is one page that a browser can search",
}


@pytest.fixture
def portal_database_url(database_url: str) -> str:
    """SQLite and PostgreSQL, one after the other; most tests of pages use SQLite only."""
    return database_url


@pytest.fixture
def owner(runtime: Runtime) -> Merchant:
    """An operator who owns 300 stores, the first of them with long lists."""
    return make_merchant(
        email="owner@example.com", operator_role=OperatorRole.ADMIN, password_hash=PASSWORD_HASH
    )


@pytest.fixture
def rows(runtime: Runtime, owner: Merchant) -> dict[str, Any]:
    """Values of URL variables, after all lists were filled."""
    staff = make_merchant(email="staff@example.com")
    rows = make_rows(runtime, owner, staff, invited=make_merchant(email="guest@example.com"))
    fill_lists(rows, owner)
    return rows


@pytest.fixture
def browser(app: Flask, owner: Merchant) -> Visitor:
    """The owner's browser."""
    return Visitor(app).force_login(owner)


@pytest.fixture
def costs(app: Flask, owner: Merchant, browser: Visitor, rows: dict[str, Any]) -> list[PageCost]:
    """The cost of each page."""
    key = create_key(owner, "walk", KeyScope, Store.get_by_id(rows["store_id"]))
    assert key is not None
    return walk(app, browser, rows, {"Authorization": f"Bearer {key.text}"})


def test_every_page_takes_few_statements_and_kilobytes_and_unchanged_polls_none(
    browser: Visitor, costs: list[PageCost]
) -> None:
    assert over(costs, QUERY_LIMIT, lambda cost: len(cost.statements)) == {}
    larger = over(costs, KILOBYTE_LIMIT, lambda cost: cost.kilobytes)
    assert set(larger) == set(LARGER_PAGES), larger
    failed = {cost.name: cost.response.status_code for cost in costs}
    assert {name: status for name, status in failed.items() if status >= 500} == {}

    live = [cost for cost in costs if "data-live-version" in cost.response.text]
    polls = {cost.name: poll(browser, cost.response).status_code for cost in live}

    assert polls == dict.fromkeys(polls, 204)
    assert {"stores.show", "sync.index", "products.show", "operator.work"} <= set(polls)


def over(
    costs: list[PageCost], limit: float, value: Callable[[PageCost], float]
) -> dict[str, float]:
    """Return the value of each page that exceeds the limit, by its endpoint."""
    return {cost.name: value(cost) for cost in costs if value(cost) > limit}


def test_shortened_lists_say_so(browser: Visitor, rows: dict[str, Any]) -> None:
    event = f"/stores/{rows['store_id']}/events/{rows['event_id']}"
    for address, text in (
        ("/account", "Showing the latest 50."),
        (
            "/account/delete",
            ("You own more stores. They appear here after you transfer or disconnect these."),
        ),
        ("/stores", "55 more invitations are shown once you have answered these."),
        ("/stores/1003/products/5", "Only the first 100 variations are shown."),
        (event, "The latest 5 are shown."),
        (event, "The latest 10 are shown."),
    ):
        assert text in page_text(browser.get(address)), address


def test_stores_are_listed_page_by_page_and_found_by_name_or_id(
    browser: Visitor, rows: dict[str, Any]
) -> None:
    found, address = [], "/stores"
    while address:
        page = browser.get(address).text
        found += re.findall(r'href="/stores/(\d+)"', page.partition("<main")[2])
        later = re.search(r'href="(/stores\?after=\d+)"', page)
        address = later[1] if later else ""

    assert len(found) == len(set(found)) == STORES + 1
    assert "Clay &amp; Co" in browser.get("/stores?q=clay").text
    assert "No. 17" in page_text(browser.get(f"/stores?q={OTHER_STORE + 17}"))
    assert "No matching stores" in page_text(browser.get("/stores?q=nowhere"))
    assert "No matching stores" not in page_text(browser.get("/stores?q=clay"))
    assert browser.get("/stores?after=x").status_code == 404


def test_store_of_a_key_is_typed_if_there_are_many(
    browser: Visitor, owner: Merchant, rows: dict[str, Any]
) -> None:
    ApiKey.delete().execute()
    key = {"name": "ERP", "scopes": ["read_orders"], "password": PASSWORD}

    refused = browser.post("/account/keys", store="4", **key)
    made = browser.post("/account/keys", store=f" {OTHER_STORE + 1} ", **key)
    browser.post("/account/keys", store="all", **key)

    assert "<option" not in refused.text
    assert (refused.status_code, made.status_code) == (422, 303)
    assert "Enter “all” or the ID of one of your stores." in page_text(refused)
    kept = [key.store_id for key in ApiKey.select().order_by(ApiKey.id)]
    assert kept == [OTHER_STORE + 1, None]
    form = browser.get(f"/account/webhooks/{rows['endpoint_id']}/edit").text
    assert re.search(r'name="store"\s+type="text"\s+value="all"', form)
