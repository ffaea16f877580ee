"""Texts in templates without a translation, and sentences that are joined from parts.

Templates are read, not rendered, so each branch counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from jinja2 import Environment, nodes

from portal.paths import TEMPLATES

ENVIRONMENT = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
GETTEXT = {"_", "gettext", "ngettext", "pgettext", "npgettext"}
# Stands for an expression.
_VALUE = "\N{OBJECT REPLACEMENT CHARACTER}"
_SPOKEN = ("title", "alt", "aria-label", "aria-description", "placeholder", "data-label")
_SKIPPED = ("script", "style", "code", "pre")
_WORD = re.compile(r"[A-Za-z]{2,}")
# A text for people as an argument: a capital first, or several words.
_PROSE = re.compile(r"[A-Z][a-z]+(?:[ .,!?…]|$)|[a-z]+ [a-z]+ [a-z]+")
_COMPLETE = re.compile(r"[.?!:…]$")
# Between two parts of one sentence there is no tag.
_JOINT = re.compile(r"[\s,;.()–-]*")
# Macros that write no words.
_SILENT = {"icon", "pill", "url_for", "csrf_token"}


def template_paths() -> list[Path]:
    """Return all templates of pages and emails."""
    return sorted(path for path in TEMPLATES.rglob("*") if path.suffix in (".html", ".txt"))


def parse(path: Path) -> nodes.Template:
    """Return the syntax tree of a template."""
    return ENVIRONMENT.parse(path.read_text())


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.skipped: list[str] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SKIPPED:
            self.skipped.append(tag)
        self.texts += [value or "" for name, value in attrs if name in _SPOKEN]

    def handle_endtag(self, tag: str) -> None:
        if self.skipped and self.skipped[-1] == tag:
            self.skipped.pop()

    def handle_data(self, data: str) -> None:
        if not self.skipped:
            self.texts.append(data)


def written_texts(path: Path) -> list[str]:
    """Return the words that a template writes outside of expressions."""
    found = []
    source = _source_without_expressions(path.read_text())
    reader = _Reader()
    reader.feed(source)
    reader.close()
    for text in reader.texts:
        kept = " ".join(re.sub(rf"{_VALUE}\w*", " ", text).split())
        # A name of a class is the whole content of the block "width".
        found += [kept] if _WORD.search(kept) and "__" not in kept else []
    return found


def _source_without_expressions(source: str) -> str:
    parts = []
    for _line, kind, text in ENVIRONMENT.lex(source):
        if kind == "data":
            parts.append(text)
        elif kind == "variable_begin":
            parts.append(_VALUE)
    return "".join(parts)


def prose_constants(path: Path) -> Iterator[str]:
    """Yield the texts for people in expressions that aren't arguments of gettext."""
    tree = parse(path)
    marked = {id(node) for call in _gettext_calls(tree) for node in call.find_all(nodes.Const)}
    for constant in tree.find_all(nodes.Const):
        is_text = isinstance(constant.value, str) and id(constant) not in marked
        if is_text and _PROSE.match(constant.value):
            yield constant.value


def _gettext_calls(tree: nodes.Node) -> Iterator[nodes.Call]:
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name in GETTEXT:
            yield call


def joined_sentences(path: Path) -> Iterator[str]:
    """Yield the texts that continue with another expression, so that translators get fragments."""
    for output in parse(path).find_all(nodes.Output):
        parts = [part for part in output.nodes if not _is_silent(part)]
        for first, joint, second in zip(parts, parts[1:], parts[2:], strict=False):
            if not (isinstance(joint, nodes.TemplateData) and _JOINT.fullmatch(joint.data)):
                continue
            if isinstance(second, nodes.TemplateData) or isinstance(first, nodes.TemplateData):
                continue
            if _is_text(first) and not _COMPLETE.search(_text(first)):
                yield f"{_text(first)} …"
            elif _is_text(second) and not _is_text(first) and _text(second)[:1].islower():
                yield f"… {_text(second)}"
    for call in _gettext_calls(parse(path)):
        text = _text(call)
        if text != text.strip() or text[:1] in ",;.)" or text[-1:] in ";(":
            yield text


def _is_text(node: nodes.Node) -> bool:
    if isinstance(node, nodes.CondExpr):
        return _is_text(node.expr1)
    return (
        isinstance(node, nodes.Call)
        and isinstance(node.node, nodes.Name)
        and node.node.name in GETTEXT
    )


def _text(call: nodes.Node) -> str:
    if isinstance(call, nodes.CondExpr):
        return _text(call.expr1)
    assert isinstance(call, nodes.Call)
    first = call.args[0] if call.args else None
    return str(first.value) if isinstance(first, nodes.Const) else ""


def _is_silent(node: nodes.Node) -> bool:
    return (
        isinstance(node, nodes.Call)
        and isinstance(node.node, nodes.Name)
        and node.node.name in _SILENT
    )
