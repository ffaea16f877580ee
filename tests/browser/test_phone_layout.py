"""A phone shows the status and the first row of each list early, and filters folded."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from portal.services.accounts.invitations import invite
from portal.services.runtime import Runtime
from tests.browser.full_portal import full_portal
from tests.factories import make_merchant, make_store

pytestmark = pytest.mark.unmeasured
# Lists of a store and of the operator's desk whose first row is a row of a table.
LISTS = (
    "products.index",
    "orders.index",
    "customers.index",
    "coupons.index",
    "events.index",
    "team.index",
    "orders.submissions",
    "account.security_activity",
    "operator.users",
    "operator.audit_log",
    "operator.security_events",
    "stores.index",
    "stores.timeline",
    "sync.quarantine",
)
# Lists whose rows are no rows of a table.
ROWS = {"sync.quarantine": "main .card:has(.payload)"}
STATUS_BEGINS_ABOVE, FIRST_ROW_BEGINS_ABOVE = 200, 480
TOP = "(element) => element.getBoundingClientRect().top + window.scrollY"


def top_of(page: Page, selector: str) -> float:
    """Return how far below the top of the page its first element of a kind begins."""
    found: float = page.locator(selector).first.evaluate(TOP)
    return found


def test_phone_shows_the_status_and_the_first_row_early(
    runtime: Runtime, chromium: Browser
) -> None:
    with full_portal(runtime) as portal:
        inviting = make_merchant(email="inviting@example.com")
        for number in range(7000, 7003):
            invite(make_store(inviting, id=number), inviting, portal.owner.email)
        paths = {page.name: page.path for page in portal.pages()}
        context = portal.sign_in(chromium, viewport={"width": 390, "height": 844})
        page = context.new_page()
        page.goto(paths["stores.show"])
        status = top_of(page, "main .banner__text")
        rows = {}
        for name in LISTS:
            page.goto(paths[name])
            row = ROWS.get(name, "main table tbody tr")
            rows[name] = top_of(page, row) if page.locator(row).count() else None
        context.close()

    assert status < STATUS_BEGINS_ABOVE
    late = {name: top for name, top in rows.items() if not top or top >= FIRST_ROW_BEGINS_ABOVE}
    assert late == {}, rows


def test_filters_are_folded_on_a_phone_only(runtime: Runtime, chromium: Browser) -> None:
    with full_portal(runtime) as portal:
        path = next(page.path for page in portal.pages() if page.name == "events.index")
        for width, is_folded in ((390, True), (1280, False)):
            context = portal.sign_in(chromium, viewport={"width": width, "height": 844})
            page = context.new_page()
            page.goto(f"{path}?q=ada")
            field = page.locator(".filters-fold input[name=q]")
            assert field.is_visible() is not is_folded
            if is_folded:
                page.get_by_text("1 active").click()
                assert field.input_value() == "ada"
                assert field.is_visible()
            context.close()
