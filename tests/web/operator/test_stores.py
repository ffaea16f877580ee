"""List of all stores: totals, search, filters, orders, pages, columns and the file."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask

from portal.models import (
    AuditLogEntry,
    Merchant,
    Store,
    StoreState,
    StoreSummaryProgress,
    utc_now,
)
from portal.rules.accounts.operator_roles import OperatorRole
from portal.services.operator.refresh_summaries import refresh_summaries
from portal.services.operator.store_list import PAGE_SIZE
from portal.services.runtime import Runtime
from tests.factories import (
    make_event,
    make_issue,
    make_merchant,
    make_recovery_code,
    make_store,
)
from tests.services.operator.conftest import set_compared
from tests.web.conftest import PASSWORD, PASSWORD_HASH, Visitor, page_text
from tests.web.operator.conftest import set_role

PAGE = "/operator"
MORE_FILTERS_OPEN = '<details class="disclosure" open>'


@pytest.fixture
def stores(runtime: Runtime, merchant: Merchant) -> list[Store]:
    """A store in sync, one that needs a reconnect, one with failed events; all are summarized."""
    made = [
        make_store(merchant, id=1003, name="Clay & Co", plan_level="full", plan_name="Venture"),
        make_store(id=1004, name="Wax <b>", url="https://wax.example", state=StoreState.RECONNECT),
        make_store(id=1005, name="Ash", connected_at=utc_now() - timedelta(days=90)),
    ]
    for store in made:
        set_compared(store, utc_now())
    make_issue(made[1])
    for number in range(2):
        make_event(event_id=str(number), store_id=1005, state="dead")
    refresh_summaries(runtime)
    return made


def listed(visitor: Visitor, query: str = "") -> list[str]:
    """Return the IDs of the stores on a page, in their order."""
    # The header has the person's own stores.
    _header, _main, page = visitor.get(f"{PAGE}?{query}").text.partition("<main")
    return re.findall(r'href="/stores/(\d+)"', page)


def rows_of_file(visitor: Visitor, query: str = "") -> list[dict[str, str]]:
    response = visitor.post(f"/operator/stores.csv?{query}")
    assert response.status_code == 200, response.text
    return list(csv.DictReader(io.StringIO(response.text)))


def test_operator_begins_at_the_list(operator: Visitor) -> None:
    assert operator.get("/").headers["Location"] == PAGE
    assert f'href="{PAGE}"' in operator.get("/operator/onboarding").text
    assert "No store connected yet" in page_text(operator.get(PAGE))


def test_operator_gets_to_the_list_after_signing_in(app: Flask) -> None:
    merchant = make_merchant(password_hash=PASSWORD_HASH, operator_role=OperatorRole.SUPPORT)
    visitor = Visitor(app)

    half = visitor.post("/login", email=merchant.email, password=PASSWORD)
    answer = visitor.post("/login/code", code=make_recovery_code(merchant))

    assert (half.location, answer.location) == ("/login/code", PAGE)


def test_merchant_still_begins_at_the_own_stores(browser: Visitor) -> None:
    assert browser.get("/").headers["Location"] == "/stores"


def test_totals_lead_to_the_stores_with_a_word(operator: Visitor, stores: list[Store]) -> None:
    page = operator.get(PAGE)

    text = page_text(page)
    assert "2 of 3 stores in sync" in text
    assert "Reconnect needed 1 In sync 2" in text
    assert re.findall(r'href="/operator\?health=(\w+)"', page.text) == ["reconnect", "in_sync"]
    assert listed(operator, "health=reconnect") == ["1004"]


def test_worst_store_comes_first_with_all_that_is_wrong(
    operator: Visitor, stores: list[Store]
) -> None:
    page = operator.get(PAGE)

    assert listed(operator) == ["1004", "1005", "1003"]
    assert re.search(r"Wax <b> 1004 Reconnect needed", page_text(page))
    assert "Wax &lt;b&gt;" in page.text
    assert re.search(
        r"Clay & Co 1003 ada@example.com In sync .* Venture .* Up to date .* 0 0 0", page_text(page)
    )
    assert 'href="/stores/1005/events?state=dead"' in page.text
    assert 'href="/stores/1004/timeline"' in page.text


def test_list_is_filtered_and_sorted(operator: Visitor, stores: list[Store]) -> None:
    for query, expected in {
        "q=wax.example": ["1004"],
        "q=nobody": [],
        "failing=events": ["1005"],
        "connected_since=2026-01-01&sort=name": ["1005", "1003", "1004"],
        "sort=unknown": ["1004", "1005", "1003"],
    }.items():
        assert listed(operator, query) == expected, query


def test_number_of_matches_is_shown(operator: Visitor, stores: list[Store]) -> None:
    assert "1 store matches" in page_text(operator.get(f"{PAGE}?q=wax"))
    assert "No matching stores" in page_text(operator.get(f"{PAGE}?q=nobody"))


def test_unknown_value_is_reported_and_no_file_is_made(
    operator: Visitor, stores: list[Store]
) -> None:
    query = "plan=x&q=wax"
    page = operator.get(f"{PAGE}?{query}")
    refused = operator.post(f"/operator/stores.csv?{query}")

    assert "A filter has an unknown value" in page_text(page)
    assert refused.status_code == 422
    assert operator.post("/operator/stores.csv?formula_guard=none").status_code == 422
    assert len(listed(operator, query)) == 3


def test_wrong_day_is_explained_at_its_field(operator: Visitor, stores: list[Store]) -> None:
    page = operator.get(f"{PAGE}?connected_since=yesterday")

    assert "Enter a date, such as 2026-03-01." in page_text(page)
    assert MORE_FILTERS_OPEN in page.text
    assert MORE_FILTERS_OPEN not in operator.get(PAGE).text


def test_columns_are_chosen_and_kept(operator: Visitor, stores: list[Store]) -> None:
    page = operator.get(f"{PAGE}?column=connected&column=owner&q=clay")

    heads = re.findall(r'<th scope="col"[^>]*>([^<]+)</th>', page.text)
    assert heads == ["Store", "Health", "Connected"]
    assert "ada@example.com" in page_text(page)
    assert "column=owner&amp;column=connected" in page.text


def test_malformed_place_is_not_found(operator: Visitor) -> None:
    for cursor in ("after=x", "before=5", "after=5-x", "sort=name&after=x-Ash"):
        assert operator.get(f"{PAGE}?{cursor}").status_code == 404, cursor


@pytest.mark.promise(11)
def test_long_list_is_paginated_there_and_back(runtime: Runtime, operator: Visitor) -> None:
    count = 2 * PAGE_SIZE + 3
    for number in range(count):
        make_store(id=2000 + number, name=f"Store & {number % 7}")
    refresh_summaries(runtime)
    pages, address = [], f"{PAGE}?sort=name"
    while address:
        page = operator.get(address).text
        pages.append(re.findall(r'href="/stores/(\d+)"', page))
        later = re.search(r'href="(/operator\?[^"]*after=[^"]+)"', page)
        address = unescape(later[1]) if later else ""
    earlier = re.search(r'href="(/operator\?[^"]*before=[^"]+)"', page)
    assert earlier is not None
    back = operator.get(unescape(earlier[1])).text

    assert [len(page) for page in pages] == [PAGE_SIZE, PAGE_SIZE, 3]
    assert len({store_id for page in pages for store_id in page}) == count
    assert re.findall(r'href="/stores/(\d+)"', back) == pages[1]


def test_old_figures_are_marked(operator: Visitor, stores: list[Store]) -> None:
    fresh = page_text(operator.get(PAGE))
    StoreSummaryProgress.update(as_of=utc_now() - timedelta(minutes=6)).execute()
    old = page_text(operator.get(PAGE))
    StoreSummaryProgress.update(as_of=None).execute()
    uncounted = page_text(operator.get(PAGE))

    assert "daemon" not in fresh
    assert "the daemon hasn't updated them" in old
    assert "We haven't counted all stores yet" in uncounted


def test_file_has_the_filtered_stores(operator: Visitor, stores: list[Store]) -> None:
    Store.update(name="=1+1").where(Store.id == 1003).execute()
    refresh_count = AuditLogEntry.select().count()

    rows = rows_of_file(operator, "health=in_sync&sort=name")

    assert [row["store_id"] for row in rows] == ["1003", "1005"]
    assert (rows[0]["name"], rows[0]["owner_email"]) == ("'=1+1", "ada@example.com")
    assert (rows[0]["health"], rows[0]["plan"], rows[0]["members"]) == ("in_sync", "Venture", "1")
    assert (rows[1]["failed_events"], rows[1]["compared_at"][-1]) == ("2", "Z")
    [entry] = AuditLogEntry.select()[refresh_count:]
    assert (entry.action, entry.store_id) == ("stores.exported", None)
    assert entry.after == {"count": 2, "filter": ["health"]}


def test_support_may_download_the_file(
    operator: Visitor, merchant: Merchant, stores: list[Store]
) -> None:
    set_role(merchant, OperatorRole.SUPPORT)

    assert len(rows_of_file(operator)) == 3
