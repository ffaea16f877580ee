"""On a phone, the cells of a table are readable: no letters below each other, no empty rows."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from portal.services.runtime import Runtime
from tests.browser.full_portal import full_portal

pytestmark = [pytest.mark.browser, pytest.mark.unmeasured]
# Texts whose box is narrower than a short word, though they have more letters than fit in it, and
# cells that take a row without showing anything.
NARROW = """() => {
  const found = [];
  for (const cell of document.querySelectorAll("main table td")) {
    if (!cell.textContent.trim() && cell.getClientRects().length) found.push("empty cell");
    for (const part of [cell, ...cell.querySelectorAll("*")]) {
      const text = [...part.childNodes].find((node) => node.nodeType === 3 && node.data.trim());
      if (!text || part.closest(".visually-hidden")) continue;
      if (!part.checkVisibility({contentVisibilityAuto: true})) continue;
      const range = document.createRange();
      range.selectNodeContents(text);
      const box = range.getBoundingClientRect();
      if (box.width < 44 && box.height > 1.5 * box.width && text.data.trim().length > 4)
        found.push(text.data.trim().slice(0, 40));
    }
  }
  return [...new Set(found)];
}"""


def test_no_cell_is_as_narrow_as_a_letter(runtime: Runtime, chromium: Browser) -> None:
    found, count = {}, 0
    with full_portal(runtime) as portal:
        context = portal.sign_in(chromium, viewport={"width": 320, "height": 844})
        context.route("https://**/*", lambda route: route.abort())
        page = context.new_page()
        for request in portal.pages():
            if "?" in request.name or request.name.endswith(("progress", "payload")):
                continue
            page.goto(request.path, wait_until="domcontentloaded")
            count += page.locator("main table td").count()
            found[request.name] = page.evaluate(NARROW)
        context.close()

    assert {name: texts for name, texts in found.items() if texts} == {}
    assert count > 1_000
