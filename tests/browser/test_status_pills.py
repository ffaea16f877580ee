"""Status pills and the store switcher show whole words on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from portal.models import Store
from portal.services.runtime import Runtime
from tests.browser.full_portal import full_portal

pytestmark = pytest.mark.unmeasured
# A store's name on phones of this width.
NAMES = {390: "Meadow & Oak Ceramics of Brandenburg", 320: "Meadow & Oak Ceramics"}
# Beside the store's name on its overview, and after it in the breadcrumb of the others.
PAGES = ("stores.show", "products.index", "products.show", "orders.index", "stores.connection")
# Pills and names of the switcher that end outside of their window, or of a box that cuts them.
CUT = """() => [...document.querySelectorAll(".pill, .store-switcher__name")].filter((each) => {
  if (!each.checkVisibility()) return false;
  const box = each.getBoundingClientRect();
  const cuts = [document.documentElement, each];
  for (let above = each.parentElement; above; above = above.parentElement)
    if (getComputedStyle(above).overflowX !== "visible") cuts.push(above);
  return each.scrollHeight > each.clientHeight + 2 || cuts.some((one) =>
    box.right > one.getBoundingClientRect().right + 1);
}).map((each) => each.textContent.trim())"""


def test_no_status_and_no_name_of_a_store_is_cut_on_a_phone(
    runtime: Runtime, chromium: Browser
) -> None:
    with full_portal(runtime) as portal:
        paths = {page.name: page.path for page in portal.pages()}
        cut = {}
        for width, store_name in NAMES.items():
            Store.update(name=store_name, is_test=True).execute()
            context = portal.sign_in(chromium, viewport={"width": width, "height": 844})
            page = context.new_page()
            for name in PAGES:
                page.goto(paths[name])
                assert page.locator(".pill").count() > 1
                assert page.locator(".store-switcher__name").inner_text() == store_name
                cut[width, name] = page.evaluate(CUT)
            context.close()

    assert {page: texts for page, texts in cut.items() if texts} == {}
