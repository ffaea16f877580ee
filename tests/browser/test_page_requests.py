"""Every page takes few requests and kilobytes from the portal, stylesheets and scripts included."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from portal.services.runtime import Runtime
from tests.browser.full_portal import full_portal

pytestmark = pytest.mark.unmeasured
REQUEST_LIMIT, KILOBYTE_LIMIT = 10, 100
# One document with the whole reference of the API, for its search.
REFERENCE = "api_docs.index"
# First visits of the longest lists. Pages aren't compressed; `portal.web.compression` says why.
LONG_LIST_LIMIT = 120
LONG_LISTS = {
    "api_keys.index",
    "channels.catalog_list",
    "events.show",
    "operator.alerts",
    "operator.rejected_webhooks",
    "operator.show_channel",
    "orders.index",
    "orders.packing_slips",
    "orders.selected",
    "orders.show",
}
# Requests and bytes of the page as an empty cache needs them: entries from the cache have the size
# of their first response. Pictures of products come from Ecwid's servers when they are in sight.
COST = """() => {
  const entries = [
    ...performance.getEntriesByType("navigation"),
    ...performance.getEntriesByType("resource"),
  ].filter((each) => each.name.startsWith(location.origin));
  const bytes = entries.reduce((sum, each) => sum + each.encodedBodySize, 0);
  return [entries.length, bytes / 1000];
}"""


def test_no_page_takes_many_requests_or_kilobytes(runtime: Runtime, chromium: Browser) -> None:
    with full_portal(runtime) as portal:
        context = portal.sign_in(chromium, java_script_enabled=True)
        context.route("https://**", lambda route: route.abort())
        page = context.new_page()
        costs: dict[str, tuple[int, float]] = {}
        for request in portal.pages():
            if "?" in request.name or request.name.endswith(("progress", "payload")):
                continue
            page.goto(request.path, wait_until="load")
            requests, kilobytes = page.evaluate(COST)
            costs[request.name] = requests, round(kilobytes, 1)
        context.close()

    many = {name: cost for name, cost in costs.items() if cost[0] > REQUEST_LIMIT}
    large = {name: cost for name, cost in costs.items() if cost[1] > KILOBYTE_LIMIT}
    assert many == {}
    assert large.pop(REFERENCE)
    assert set(large) <= LONG_LISTS, large
    assert max(kilobytes for _, kilobytes in large.values()) < LONG_LIST_LIMIT, large
    # The page, the stylesheet and four scripts at least, so the entries were really read.
    assert costs["orders.index"][0] >= 6
    assert len(costs) > 80
