"""Checks of an open page by axe."""

from __future__ import annotations

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Only what a report shows leaves the page.
_RUN = """async (rules) => {
  const options = {resultTypes: ["violations"], runOnly: {type: "tag", values: rules}};
  const {violations} = await axe.run(document, options);
  return violations.flatMap((found) =>
    found.nodes.map((node) => `${found.id}: ${node.html.slice(0, 160)}`));
}"""


def load_axe(window: Page) -> None:
    """Load axe into the open page, before its first check."""
    window.evaluate(AXE_SCRIPT)


def violations(window: Page) -> list[str]:
    """Return the rules that the page breaks as it looks now, each with its element."""
    found: list[str] = window.evaluate(_RUN, RULES)
    return found
