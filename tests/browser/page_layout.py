"""Measurements of the layout of an open page."""

from __future__ import annotations

from playwright.sync_api import Page

# Elements that end right of the window, without those inside a part that scrolls.
_TOO_WIDE = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  const isCutOff = (element) => {
    for (let each = element.parentElement; each; each = each.parentElement)
      if (getComputedStyle(each).overflowX !== "visible") return true;
    return false;
  };
  const found = [...document.body.querySelectorAll("*")]
    .filter((each) => each.getBoundingClientRect().right > width + 1 && !isCutOff(each))
    .map((each) => `${each.tagName}.${each.className}`);
  return [`${document.documentElement.scrollWidth} px`, ...found.slice(0, 5)];
}"""
# Pairs of texts that cover each other, and texts cut off by their box without an ellipsis.
_UNREADABLE = """() => {
  const texts = [], found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode()); ) {
    const box = node.parentElement;
    if (!node.data.trim() || !box.checkVisibility({visibilityProperty: true})) continue;
    if (box.closest("script, noscript, option, .page__skip")) continue;
    let isForReaders = false;
    for (let each = box; each && each !== document.body; each = each.parentElement)
      isForReaders ||= getComputedStyle(each).clipPath === "inset(50%)";
    if (isForReaders) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const rects = [...range.getClientRects()].filter((rect) => rect.width > 1 && rect.height > 1);
    texts.push({words: node.data.trim().slice(0, 40), rects});
    for (let each = box; each && each !== document.body; each = each.parentElement) {
      const style = getComputedStyle(each), edge = each.getBoundingClientRect();
      if (style.overflowX === "visible" && style.overflowY === "visible") continue;
      const isCut = style.overflowX !== "auto" && style.overflowX !== "scroll" &&
        style.textOverflow !== "ellipsis" &&
        rects.some((rect) => rect.right > edge.right + 2 || rect.bottom > edge.bottom + 2);
      if (isCut) found.push(`cut off: ${node.data.trim().slice(0, 40)}`);
      break;
    }
  }
  for (let one = 0; one < texts.length; one++)
    for (let other = one + 1; other < texts.length; other++)
      if (texts[one].rects.some((a) => texts[other].rects.some((b) =>
          Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2 &&
          Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 8)))
        found.push(`overlap: ${texts[one].words} | ${texts[other].words}`);
  return found;
}"""
# Texts that end in an ellipsis.
_SHORTENED = """() => [...document.body.querySelectorAll("*")]
  .filter((each) => getComputedStyle(each).textOverflow === "ellipsis" &&
    each.checkVisibility({visibilityProperty: true}) && each.scrollWidth > each.clientWidth + 1)
  .map((each) => each.textContent.trim())"""
# Rules with a movement that no media query takes from people who prefer less of it. Styles of a
# progress bar's parts can't be read from the element.
_MOVING = """() => {
  const found = [];
  const look = (rules) => {
    for (const rule of rules) {
      if (rule.media && rule.media.mediaText.includes("prefers-reduced-motion")) continue;
      const {style} = rule;
      const isMoving = style && (parseFloat(style.transitionDuration) > 0 ||
        parseFloat(style.animationDuration) > 0 || style.scrollBehavior === "smooth");
      if (isMoving) found.push(rule.selectorText);
      if (rule.cssRules) look(rule.cssRules);
    }
  };
  for (const sheet of document.styleSheets) look(sheet.cssRules);
  return found;
}"""


def too_wide(page: Page) -> list[str]:
    """Return the width of a page wider than its window, and elements that make it so."""
    found: list[str] = page.evaluate(_TOO_WIDE)
    return found


def unreadable_texts(page: Page) -> list[str]:
    """Return the texts that overlap other texts or are cut off."""
    found: list[str] = page.evaluate(_UNREADABLE)
    return found


def shortened_texts(page: Page) -> list[str]:
    """Return the texts whose end an ellipsis replaces."""
    found: list[str] = page.evaluate(_SHORTENED)
    return found


def moving_rules(page: Page) -> list[str]:
    """Return the selectors of styles that move something whatever the person prefers."""
    found: list[str] = page.evaluate(_MOVING)
    return found
