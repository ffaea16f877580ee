"""Styles use tokens alone, each component has one stylesheet, and contrasts are readable."""

from __future__ import annotations

import re

import pytest

from portal.paths import STATIC, TEMPLATES

CSS = STATIC / "css"
# Hides components on paper.
PRINT = CSS / "print.css"
SHEETS = sorted(path for path in CSS.rglob("*.css"))
# Mail programs load no stylesheet, so emails have inline styles.
PAGES = sorted(path for path in TEMPLATES.rglob("*.html") if "email" not in path.parts)
LETTERS = sorted(path for path in (TEMPLATES / "email").rglob("*.*"))
COMPONENTS = sorted(path.stem for path in (TEMPLATES / "components").glob("*.html"))

# Text needs 4.5 : 1 (WCAG 2.2 AA, 1.4.3); the edge of an input 3 : 1 (1.4.11).
TEXT_PAIRS = [
    *(
        (text, background)
        for text in ("text-color", "text-muted", "accent", "accent-strong", "bad", "good")
        for background in ("background", "surface")
    ),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    *((tone, f"{tone}-background") for tone in ("good", "warn", "bad", "info", "plain")),
    *(("text-color", f"{tone}-background") for tone in ("good", "warn", "bad", "info", "plain")),
]
EDGE_PAIRS = [
    ("border-strong", "surface"),
    ("border-strong", "background"),
    ("accent", "plain-background"),
]


def tokens(scheme: str) -> dict[str, str]:
    """Return the colors of the light or the dark scheme."""
    light, _, dark = (CSS / "tokens.css").read_text().partition("@media")
    found = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", light))
    return (
        found
        if scheme == "light"
        else found | dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", dark))
    )


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colors, 1 to 21."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(color: str) -> float:
    """Return the relative luminance of a color, 0 to 1."""
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_black_on_white_is_21_to_1() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("text", "background"), TEXT_PAIRS)
def test_texts_are_readable(scheme: str, text: str, background: str) -> None:
    colors = tokens(scheme)

    assert contrast(colors[text], colors[background]) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("edge", "background"), EDGE_PAIRS)
def test_edges_are_visible(scheme: str, edge: str, background: str) -> None:
    colors = tokens(scheme)

    assert contrast(colors[edge], colors[background]) >= 3


@pytest.mark.parametrize("name", COMPONENTS)
def test_every_component_has_its_stylesheet(name: str) -> None:
    assert (CSS / "components" / f"{name}.css").is_file()


def test_every_stylesheet_of_a_component_has_its_macro() -> None:
    assert sorted(path.stem for path in (CSS / "components").glob("*.css")) == COMPONENTS


@pytest.mark.parametrize(
    "path", [path for path in SHEETS if path.stem != "tokens"], ids=lambda path: path.name
)
def test_colors_come_from_the_tokens_alone(path: object) -> None:
    text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.S)  # type: ignore[attr-defined]

    assert not re.search(r"#[\w-]|rgba?\(|hsla?\(", text), "no colors, and no ids"
    assert "!important" not in text
    assert "@import" not in text, "only allowed before all other rules"
    assert "url(" not in text, "relative to the bundle, not to this file"


def test_no_stylesheet_of_a_page_styles_the_classes_of_another() -> None:
    classes = {path: set(re.findall(r"\.([a-z][\w-]*)", path.read_text())) for path in SHEETS}
    shared = {
        (page.stem, other.stem): classes[page] & classes[other]
        for page in (CSS / "pages").glob("*.css")
        for other in SHEETS
        if other not in (page, PRINT) and classes[page] & classes[other]
    }

    assert shared == {}, "every page loads all stylesheets"


def test_every_token_that_is_used_exists() -> None:
    known = set(re.findall(r"(--[\w-]+):", (CSS / "tokens.css").read_text()))
    used = {name for path in SHEETS for name in re.findall(r"var\((--[\w-]+)", path.read_text())}

    assert used <= known


@pytest.mark.parametrize("path", LETTERS, ids=lambda path: path.name)
def test_letters_have_the_colors_of_the_pages(path: object) -> None:
    used = set(re.findall(r"#[0-9a-f]{3,8}\b", path.read_text()))  # type: ignore[attr-defined]

    assert used <= {*tokens("light").values(), *tokens("dark").values()}


@pytest.mark.parametrize("path", PAGES, ids=lambda p: p.name)
def test_templates_hold_no_inline_styles_or_scripts(path: object) -> None:
    text = path.read_text()  # type: ignore[attr-defined]

    assert not re.search(r"\sstyle=|\son[a-z]+=|<style", text)
    assert all("src=" in part.partition(">")[0] for part in text.split("<script")[1:])


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda p: p.name)
def test_every_text_goes_through_translation(path: object) -> None:
    text = path.read_text()  # type: ignore[attr-defined]
    text = re.sub(r"{% block width %}.*?{% endblock %}", "", text)
    bare = re.sub(r"{%.*?%}|{{.*?}}|{#.*?#}|<[^>]*>", " ", text, flags=re.S)

    assert not re.search(r"[A-Za-z]{2,}", bare), bare.split()
