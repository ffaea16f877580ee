"""Nothing moves on the pages of people who prefer less motion."""

from __future__ import annotations

import re
from pathlib import Path

STYLES = Path("static/css")
ALLOWED = "@media (prefers-reduced-motion: no-preference)"
MOVING = re.compile(r"\b(?:transition|animation)[\w-]*:(?!\s*none)|scroll-behavior:\s*smooth")


def moving_rules(styles: str) -> list[str]:
    """Return the movements outside of the media query for people who like them."""
    found, blocks, start = [], [""], 0
    for brace in re.finditer(r"[{};]", styles):
        text = styles[start : brace.start()].strip()
        start = brace.end()
        if MOVING.search(text) and ALLOWED not in blocks:
            found.append(f"{blocks[-1]}: {text}")
        if brace[0] == "{":
            blocks.append(text.rpartition("*/")[2].strip())
        elif brace[0] == "}":
            blocks.pop()
    return found


def test_styles_move_nothing_unless_the_person_likes_motion() -> None:
    # The rule for all elements doesn't reach the parts of a progress bar.
    styles = {path: moving_rules(path.read_text()) for path in STYLES.rglob("*.css")}

    assert {path.name: rules for path, rules in styles.items() if rules} == {}


def test_movement_is_found_in_any_rule() -> None:
    moving = ".a { color: red; transition: color 1s; }"

    assert moving_rules(moving) == [".a: transition: color 1s"]
    assert moving_rules(f"{ALLOWED} {{ {moving} }}") == []
