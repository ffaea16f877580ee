"""Pages of a store whose Ecwid is sold under another brand name that brand."""

from __future__ import annotations

import pytest

from portal.models import Store
from portal.rules.connection.issue_kinds import IssueKind
from portal.services.connection.probe_store import probe_store
from portal.services.runtime import Runtime
from tests.factories import make_issue
from tests.web.conftest import Connect, Ecwid, Visitor, page_text

BRAND = "Shop & Go"
PATHS = ("", "/connection", "/reconnect", "/timeline", "/sync", "/orders/updates")


@pytest.fixture
def store_id(ecwid: Ecwid, browser: Visitor, connect: Connect) -> int:
    """A connected store of a reseller."""
    store_id = ecwid.add_store(name="Clay")
    ecwid.server.parts.stores.change(store_id, {"settings": {"brandName": BRAND}})
    connect(browser, store_id)
    return store_id


def test_pages_of_a_resellers_store_never_name_ecwid(browser: Visitor, store_id: int) -> None:
    make_issue(Store.get_by_id(store_id), kind=IssueKind.TOKEN_DEAD)

    for path in PATHS:
        page = page_text(browser.get(f"/stores/{store_id}{path}"))
        assert "Ecwid" not in page, path
        assert BRAND in page, path


def test_status_of_a_resellers_store_names_the_brand(
    runtime: Runtime, ecwid: Ecwid, browser: Visitor, store_id: int
) -> None:
    ecwid.server.parts.stores.change(store_id, {"suspended": True})
    probe_store(runtime, store_id)

    page = page_text(browser.get(f"/stores/{store_id}"))

    assert f"Paused or suspended in {BRAND}" in page
    assert f"This store is paused or suspended in {BRAND}." in page
    assert f"Paused or suspended in {BRAND}" in page_text(browser.get("/stores"))


def test_store_without_a_reseller_is_in_ecwid(
    ecwid: Ecwid, browser: Visitor, connect: Connect
) -> None:
    store_id = ecwid.add_store(name="Clay")
    connect(browser, store_id)

    assert "Webhooks from Ecwid" in page_text(browser.get(f"/stores/{store_id}/connection"))
