"""A failed attempt to connect stays on the list of stores, with what to do next."""

from __future__ import annotations

from tests.web.conftest import ALL_BUT_ORDERS, Connect, Ecwid, Visitor, page_text


def test_refused_connect_stays_until_the_store_is_connected(
    browser: Visitor, ecwid: Ecwid, connect: Connect
) -> None:
    store_id = ecwid.add_store()
    connect(browser, store_id, ALL_BUT_ORDERS)

    first, again = (page_text(browser.get("/stores")) for _ in range(2))
    connect(browser, store_id)

    assert "Your store isn't connected yet." in first
    assert "Last time some permissions were missing." in first
    assert "Try again" in again
    assert "Your store isn't connected yet." not in page_text(browser.get("/stores"))


def test_plan_problem_links_to_billing(browser: Visitor, ecwid: Ecwid, connect: Connect) -> None:
    store_id = ecwid.add_store(plan="Free")

    page = connect(browser, store_id).text

    assert f'href="https://my.ecwid.com/store/{store_id}#billing"' in page
    assert 'href="https://my.ecwid.com/#billing"' in browser.get("/stores").text


def test_consent_loop_is_explained(browser: Visitor, ecwid: Ecwid, connect: Connect) -> None:
    store_id = ecwid.add_store()
    for _ in range(2):
        connect(browser, store_id, ALL_BUT_ORDERS)

    page = browser.get("/stores")

    assert "Remove our app in Ecwid" in page_text(page)
    assert 'action="/connect?app_removed=1"' in page.text


def test_dismissed_attempt_is_no_longer_shown_and_a_new_one_may_begin(
    browser: Visitor, ecwid: Ecwid, connect: Connect
) -> None:
    store_id = ecwid.add_store()
    connect(browser, store_id, ALL_BUT_ORDERS)

    answer = browser.post("/connect/dismiss")

    assert (answer.status_code, answer.headers["Location"]) == (303, "/stores")
    assert "isn't connected yet" not in page_text(browser.get("/stores"))
    assert connect(browser, store_id).status_code == 303
