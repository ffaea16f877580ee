"""Every page takes few requests and kilobytes from the portal, stylesheets and scripts included."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from portal.services.runtime import Runtime
from tests.browser.full_portal import full_portal
from tests.web.conftest import Visitor
from tests.web.page_downloads import Download, Downloads

pytestmark = pytest.mark.unmeasured
REQUEST_LIMIT, KILOBYTE_LIMIT = 10, 100
# The padding of two responses, and tokens that compress a little better or worse.
VARYING_KILOBYTES = 0.15
# Names and encoded bytes of what the browser has loaded, without polls, and without the icon, which
# Chromium notes only sometimes. Entries from the cache have the size of their first response.
# Pictures of products come from Ecwid's servers.
LOADED = """() => [
  ...performance.getEntriesByType("navigation"),
  ...performance.getEntriesByType("resource"),
].filter((each) => each.name.startsWith(location.origin) && !each.name.includes("/icon.svg"))
 .filter((each) => each.initiatorType != "xmlhttprequest")
 .map((each) => [each.name, each.encodedBodySize])"""
# A busy browser notes a resource a moment after the page has loaded.
NOTED = f"(count) => ({LOADED})().length >= count"


def test_no_page_takes_many_requests_or_kilobytes(runtime: Runtime, chromium: Browser) -> None:
    with full_portal(runtime) as portal:
        downloads = Downloads(Visitor(portal.app).force_login(portal.owner))
        costs: dict[str, Download] = {}
        for request in portal.pages():
            if "?" not in request.name and (cost := downloads.of_page(request.path)):
                costs[request.name] = cost
        context = portal.sign_in(chromium, java_script_enabled=True)
        context.route("https://**/*", lambda route: route.abort())
        page = context.new_page()
        loaded = {}
        for name in ("orders.index", "products.show"):
            page.goto(portal.path(name), wait_until="load")
            page.wait_for_function(NOTED, arg=costs[name].requests - 1)
            loaded[name] = page.evaluate(LOADED)
        context.close()

    assert {name: cost for name, cost in costs.items() if cost.requests > REQUEST_LIMIT} == {}
    assert {name: cost for name, cost in costs.items() if cost.kilobytes > KILOBYTE_LIMIT} == {}
    assert len(costs) > 80
    # A real browser sends the same requests and gets the same bytes.
    [icon] = [size / 1000 for path, size in downloads.sizes.items() if "/icon.svg" in path]
    for name, entries in loaded.items():
        # The page, the stylesheet and four scripts at least.
        assert len(entries) == costs[name].requests - 1 >= 6, entries
        kilobytes = sum(size for _, size in entries) / 1000
        assert kilobytes == pytest.approx(costs[name].kilobytes - icon, abs=VARYING_KILOBYTES)
