"""Checks of an open page by axe."""

from __future__ import annotations

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CONTRAST = "color-contrast"
# Only what a report shows leaves the page.
_RUN = """async (options) => {
  const {violations} = await axe.run(document, {resultTypes: ["violations"], ...options});
  return violations.flatMap((found) =>
    found.nodes.map((node) => `${found.id}: ${node.html.slice(0, 160)}`));
}"""
# Each combination of text color, backgrounds, opacity, size and weight that the page shows.
_COLORS = """() => {
  const found = new Set(), behind = new Map();
  const backgroundsOf = (element) => {
    if (!element) return "";
    if (!behind.has(element)) {
      const {backgroundColor, backgroundImage, opacity} = getComputedStyle(element);
      const isClear = backgroundColor === "rgba(0, 0, 0, 0)" && backgroundImage === "none" &&
        opacity === "1";
      const own = isClear ? "" : `${backgroundColor} ${backgroundImage} ${opacity} / `;
      const isOpaque = backgroundColor.startsWith("rgb(") && opacity === "1";
      behind.set(element, own + (isOpaque ? "" : backgroundsOf(element.parentElement)));
    }
    return behind.get(element);
  };
  const add = (element) => {
    if (!element.checkVisibility({visibilityProperty: true})) return;
    const {color, fontSize, fontWeight, textShadow} = getComputedStyle(element);
    found.add([color, backgroundsOf(element), fontSize, fontWeight, textShadow].join(" | "));
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode()); ) if (node.data.trim()) add(node.parentElement);
  document.querySelectorAll("input, select, textarea").forEach(add);
  return [...found];
}"""


def load_axe(window: Page) -> None:
    """Load axe into the open page, before its first check."""
    window.evaluate(AXE_SCRIPT)


def violations(window: Page) -> list[str]:
    """Return the rules that the page breaks as it looks now, each with its element.

    Contrast, which takes half of axe's time, has a check of its own.
    """
    options = {
        "runOnly": {"type": "tag", "values": RULES},
        "rules": {CONTRAST: {"enabled": False}},
    }
    found: list[str] = window.evaluate(_RUN, options)
    return found


def contrast_violations(window: Page, checked: set[str]) -> list[str]:
    """Return the texts with too little contrast as the page looks now.

    Axe looks at a page only if it has a combination of colors that isn't in ``checked``, which
    then gets those of the page. Combinations with too little contrast stay unchecked.
    """
    colors = set(window.evaluate(_COLORS))
    if colors <= checked:
        return []
    options = {"runOnly": {"type": "rule", "values": [CONTRAST]}}
    found: list[str] = window.evaluate(_RUN, options)
    if not found:
        checked |= colors
    return found
