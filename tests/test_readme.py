"""The README and the other documents agree with the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from portal.config import Settings
from tests.test_config import KEYS, SETTINGS, settings_asked_for

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
ROWS = dict(re.findall(r"^\| (`[A-Z_`, ]+`) \| (.+?) \|", README, flags=re.M))


def documented() -> dict[str, str]:
    """Return the settings table: the default by name."""
    return {name.strip("`"): default.strip("`") for name, default in ROWS.items()}


def test_settings_table_lists_exactly_the_settings_that_are_read() -> None:
    assert set(documented()) == settings_asked_for() == SETTINGS


@pytest.mark.parametrize(("name", "default"), sorted(documented().items()))
def test_settings_table_has_the_actual_defaults(name: str, default: str) -> None:
    settings = Settings.from_env(KEYS)
    if name in KEYS:
        return
    if default == "auto":
        assert Settings.from_env({**KEYS, name: default}) == settings
        if name != "ECWID_WEBHOOK_MODE":
            return
    field = name.lower()
    value = getattr(settings, field if hasattr(settings, field) else field.removeprefix("portal_"))

    shown = {"none": "", "empty": "", "no": "False"}.get(default, default)
    assert (" ".join(value) if isinstance(value, tuple) else str(value)) == shown


def test_defaults_of_the_settings_table_are_valid_values(tmp_path: Path) -> None:
    plain = {
        name: default
        for name, default in documented().items()
        if default not in ("none", "empty") and name not in KEYS
    }

    assert Settings.from_env(KEYS | plain) == Settings.from_env(KEYS)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_to_a_file(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#]+)\)", page.read_text())

    assert [t for t in targets if ":" not in t and not (page.parent / t).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_make_target_exists(page: Path) -> None:
    targets = set(re.findall(r"`?make ([a-z][a-z-]+)", "\n".join(commands(page.read_text()))))
    known = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), flags=re.M))

    assert targets <= known


def commands(text: str) -> list[str]:
    """Return the code blocks and the inline code of a page."""
    return re.findall(r"```\n(.*?)```", text, flags=re.S) + re.findall(r"`([^`\n]+)`", text)


def test_every_decision_is_in_the_index() -> None:
    folder = ROOT / "docs" / "decisions"
    index = (folder / "README.md").read_text()

    assert [p.name for p in folder.glob("*.md") if p.name not in index and p.stem != "README"] == []


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
def test_every_promise_has_a_test(number: int) -> None:
    marker = re.compile(rf"mark\.promise\({number}\)")

    assert any(marker.search(path.read_text()) for path in (ROOT / "tests").rglob("test_*.py"))
