"""Driver that uses a page as a person with only a keyboard does."""

from __future__ import annotations

import time
from dataclasses import dataclass

from playwright.sync_api import CDPSession, Page

TABS_LIMIT = 80
AUTOFOCUS_PATIENCE_S = 5
_IS_AUTOFOCUS_DUE = """() =>
  document.activeElement === document.body && document.querySelector("[autofocus]") !== null"""
# Why a person can't see where the focus is; empty if they can.
_HIDDEN_FOCUS = """() => {
  const element = document.activeElement;
  if (!element || element === document.body) return "the focus is lost";
  const style = getComputedStyle(element);
  const hasOutline = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1;
  // The browser outlines the part of a date that opens the calendar; styles don't show it.
  const isCalendar = element.type === "date" && !element.matches(":focus-visible");
  if (!hasOutline && !isCalendar) return "no outline";
  const boxes = [...element.getClientRects()].filter((box) => box.width > 1 && box.height > 1);
  if (!boxes.length || !element.checkVisibility({visibilityProperty: true, opacityProperty: true}))
    return "invisible";
  const isShown = boxes.some((box) =>
    [[0.5, 0.5], [0.1, 0.5], [0.9, 0.5], [0.5, 0.1]].some(([x, y]) => {
      const top = document.elementFromPoint(box.left + box.width * x, box.top + box.height * y);
      return top && (element.contains(top) || top.contains(element));
    }));
  return isShown ? "" : "covered, or outside of the window";
}"""


@dataclass(frozen=True)
class Focused:
    """Focused element as a screen reader announces it."""

    role: str
    name: str


class Keyboard:
    """Only keys reach the page. Each Tab fails if the person can't see the focus afterwards."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._devtools: CDPSession = page.context.new_cdp_session(page)

    def focused(self) -> Focused:
        """Return role and accessible name of the focused element, as the browser computes them."""
        element = self._devtools.send("Runtime.evaluate", {"expression": "document.activeElement"})
        tree = self._devtools.send(
            "Accessibility.getPartialAXTree",
            {"objectId": element["result"]["objectId"], "fetchRelatives": False},
        )
        node = tree["nodes"][0]
        name = str(node.get("name", {}).get("value", ""))
        return Focused(node.get("role", {}).get("value", ""), " ".join(name.split()))

    def tab_to(self, name: str, role: str = "") -> None:
        """Press Tab until the focus is on the element; a name that ends in "…" may go on."""
        seen: list[str] = []
        self._wait_for_autofocus()
        while len(seen) < TABS_LIMIT:
            if seen or not self._is_body_focused():
                focused = self.focused()
                if _matches(focused.name, name) and role in ("", focused.role):
                    return
            self.page.keyboard.press("Tab")
            hidden = self.page.evaluate(_HIDDEN_FOCUS)
            seen.append(self.focused().name if hidden != "the focus is lost" else "")
            assert not hidden, f"{hidden} after {seen} on the way to {name!r}"
        raise AssertionError(f"{name!r} isn't reached within {TABS_LIMIT} tabs: {seen}")

    def _wait_for_autofocus(self) -> None:
        """Wait until Chromium has drawn the page, because it moves the focus only then."""
        until = time.monotonic() + AUTOFOCUS_PATIENCE_S
        while time.monotonic() < until and self.page.evaluate(_IS_AUTOFOCUS_DUE):
            self.page.wait_for_timeout(20)

    def follow(self, name: str, role: str = "", key: str = "Enter") -> None:
        """Go to a link or button, press it, and wait for the next page."""
        self.tab_to(name, role)
        self.submit(key)

    def submit(self, key: str = "Enter") -> None:
        """Press a key that opens another page, and wait for that page."""
        with self.page.expect_navigation(wait_until="load"):
            self.page.keyboard.press(key)

    def press(self, name: str, key: str = "Space", role: str = "") -> None:
        """Go to a control of this page and press a key on it."""
        self.tab_to(name, role)
        self.page.keyboard.press(key)

    def type(self, name: str, text: str) -> None:
        """Go to a field, replace its text."""
        self.tab_to(name)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)

    def choose(self, name: str, option: str) -> None:
        """Go to a select and type the beginning of one of its options."""
        self.tab_to(name, "combobox")
        self.page.keyboard.type(option)
        chosen = "document.activeElement.selectedOptions[0].textContent.trim()"
        assert self.page.evaluate(chosen).startswith(option)

    def _is_body_focused(self) -> bool:
        return bool(self.page.evaluate("document.activeElement === document.body"))


def _matches(name: str, wanted: str) -> bool:
    return name.startswith(wanted[:-1]) if wanted.endswith("…") else name == wanted
