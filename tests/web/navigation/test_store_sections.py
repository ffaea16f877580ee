"""Tabs of a store, the breadcrumb and the store switcher."""

from __future__ import annotations

import re
from html import unescape

from flask import Flask

from portal.models import Membership, Merchant, Role, Store
from portal.services.runtime import Runtime
from portal.web.navigation.sections import section_of
from portal.web.navigation.store_sections import ACCOUNT_PAGES, STORE_SECTIONS
from tests.factories import make_grant, make_merchant, make_store
from tests.web.conftest import Visitor


def links(html: str, kind: str) -> list[tuple[str, str]]:
    """Return address and text of the links with a class."""
    found = re.findall(rf'<a class="{kind}"\s+href="([^"]+)"[^>]*>(.*?)</a>', html, re.S)
    return [(address, unescape(re.sub(r"<[^>]*>", "", text)).strip()) for address, text in found]


def second_row(html: str) -> dict[str, str]:
    """Return the second row of tabs: text and address."""
    row = html.partition("tabs--second")[2].partition("</nav>")[0]
    return {text: address for address, text in links(row, "tabs__link")}


def test_every_page_of_a_store_belongs_to_a_section(app: Flask) -> None:
    endpoints = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/stores/<") and "GET" in (rule.methods or ())
    }

    # The search is above all sections.
    assert {name for name in endpoints if not section_of(STORE_SECTIONS, name)} == {"search.index"}
    named = {name for section in STORE_SECTIONS for page in section.pages for name in page.covers}
    known = set(app.view_functions)
    blueprints = {f"{name.partition('.')[0]}.*" for name in known}
    assert named <= known | blueprints
    assert set(ACCOUNT_PAGES) <= known


def test_store_has_seven_sections(browser: Visitor, store: Store) -> None:
    page = browser.get(f"/stores/{store.id}").text

    row = page.partition('class="tabs__row"')[2].partition("</nav>")[0]
    assert [text for _, text in links(row, "tabs__link")] == [
        "Overview",
        "Products",
        "Orders",
        "Customers",
        "Coupons",
        "Activity",
        "Settings",
    ]


def test_page_below_a_section_marks_both_rows(browser: Visitor, store: Store) -> None:
    page = browser.get(f"/stores/{store.id}/team").text

    marked = re.findall(r'aria-current="(\w+)">(Settings|Team|Connection)<', page)
    assert marked == [("true", "Settings"), ("page", "Team")]


def test_owner_finds_all_settings_in_one_row(browser: Visitor, store: Store) -> None:
    tabs = second_row(browser.get(f"/stores/{store.id}/connection").text)

    assert tabs == {
        "Connection": f"/stores/{store.id}/connection",
        "Team": f"/stores/{store.id}/team",
        "Channels": f"/stores/{store.id}/channels",
        "Notifications": "/account/notifications",
        "API keys": "/account/keys",
        "Webhooks": "/account/webhooks",
        "Exports": f"/stores/{store.id}/exports",
        "Personal data": f"/stores/{store.id}/privacy",
        "Disconnect": f"/stores/{store.id}/disconnect",
    }


def test_staff_see_no_tab_for_the_owner(app: Flask, store: Store) -> None:
    staff = make_merchant(email="staff@example.com")
    Membership.create(merchant=staff, store=store, role=Role.MANAGER)

    tabs = second_row(Visitor(app).force_login(staff).get(f"/stores/{store.id}/connection").text)

    assert "Team" in tabs
    assert "Disconnect" not in tabs


def test_breadcrumb_leads_from_a_page_to_the_stores(browser: Visitor, store: Store) -> None:
    page = browser.get(f"/stores/{store.id}/sync/history/products").text

    assert links(page, "breadcrumb__link") == [
        ("/stores", "Stores"),
        (f"/stores/{store.id}", store.name),
        (f"/stores/{store.id}/activity", "Activity"),
        (f"/stores/{store.id}/sync", "Sync"),
    ]


def test_switcher_offers_ten_stores_and_all(
    browser: Visitor, merchant: Merchant, store: Store, runtime: Runtime
) -> None:
    for number in range(2, 13):
        make_grant(
            make_store(merchant, id=9_000 + number, name=f"Shop {number:02}"), runtime.sealer
        )

    offered = links(browser.get(f"/stores/{store.id}").text, "store-switcher__link")

    assert len(offered) == 10
    assert [text for _, text in offered[:2]] == [store.name, "Shop 02"]
    page = browser.get(f"/stores/{store.id}").text
    assert re.search(r'store-switcher__link--all"\s+href="/stores"', page)


def test_person_without_stores_has_no_switcher(stranger: Visitor) -> None:
    assert "store-switcher" not in stranger.get("/stores").text
