"""The README and the other documents agree with the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from portal.read_settings import read_settings
from tests.test_config import KEYS, SETTINGS, settings_asked_for

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
# The changelog names what was there at its time.
CURRENT_PAGES = [page for page in PAGES if "changelog" not in page.name.lower()]
# Made by the demo, the checks and the build.
BUILT = {"var", "build"}
FOLDERS = {path.name for path in ROOT.iterdir() if path.is_dir()} - BUILT
MODULE = r"`(portal\.(?:ecwid|models|rules|sandbox|services|web)\.[\w.]+\w)`"
ROWS = dict(re.findall(r"^\| (`[A-Z_`, ]+`) \| (.+?) \|", README, flags=re.M))


def documented() -> dict[str, str]:
    """Return the settings table: the default by name."""
    return {name.strip("`"): default.strip("`") for name, default in ROWS.items()}


def test_settings_table_lists_exactly_the_settings_that_are_read() -> None:
    assert set(documented()) == settings_asked_for() == SETTINGS


@pytest.mark.parametrize(("name", "default"), sorted(documented().items()))
def test_settings_table_has_the_actual_defaults(name: str, default: str) -> None:
    settings = read_settings(KEYS)
    if name in KEYS:
        return
    if default == "auto":
        assert read_settings({**KEYS, name: default}) == settings
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

    assert read_settings(KEYS | plain) == read_settings(KEYS)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_to_a_file(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#]+)\)", page.read_text())

    assert [t for t in targets if ":" not in t and not (page.parent / t).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_make_target_exists(page: Path) -> None:
    targets = set(re.findall(r"`?make ([a-z][a-z-]+)", "\n".join(commands(page.read_text()))))
    known = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), flags=re.M))

    assert targets <= known


@pytest.mark.parametrize("page", CURRENT_PAGES, ids=lambda page: page.name)
def test_every_named_file_exists(page: Path) -> None:
    assert [name for name in named_files(page.read_text()) if not list(ROOT.glob(name))] == []


@pytest.mark.parametrize("page", CURRENT_PAGES, ids=lambda page: page.name)
def test_every_named_module_exists(page: Path) -> None:
    names = set(re.findall(MODULE, page.read_text()))

    assert [name for name in names if not is_in_code(name)] == []


def test_missing_files_and_modules_are_found() -> None:
    text = "See `portal/gone.py`, `tests/test_readme.py::test_x`, `var/demo` and `portal/`."

    assert named_files(text) == ["portal/gone.py", "tests/test_readme.py", "portal"]
    assert is_in_code("portal.web.app.create_app")
    assert not is_in_code("portal.web.app.remove_app")
    assert not is_in_code("portal.web.gone")


def named_files(text: str) -> list[str]:
    """Return the paths in the code of a page, with * in place of names that the reader chooses."""
    words = [word.strip(".,;:()") for code in commands(text) for word in code.split()]
    paths = [re.sub(r"<\w+>|\{.*?\}", "*", word.split("::")[0]).rstrip("/") for word in words]
    return [
        path
        for path in paths
        if re.fullmatch(r"\w+(/[\w.*-]+)*", path) and path.split("/")[0] in FOLDERS
    ]


def is_in_code(name: str) -> bool:
    """Return whether a dotted name is a module, or a name that a module contains."""
    parent, _, last = name.rpartition(".")
    path = ROOT / name.replace(".", "/")
    if path.is_dir() or path.with_suffix(".py").is_file():
        return True
    module = ROOT / parent.replace(".", "/")
    file = module / "__init__.py" if module.is_dir() else module.with_suffix(".py")
    return file.is_file() and re.search(rf"\b{last}\b", file.read_text()) is not None


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
