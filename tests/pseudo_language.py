"""A generated language: each text in brackets, with other letters, and 40 % longer.

It is written as Esperanto, which Babel knows and nobody has translated the portal to.
"""

from __future__ import annotations

import re
import tempfile
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

import portal.email
from portal.i18n import DEFAULT_LANGUAGE
from portal.web.languages import choice, offered
from portal.web.languages.catalogs import DOMAIN, catalog_path, extract, read_catalog

PSEUDO = "eo"
BEGIN, END = "⟦", "⟧"
_LETTERS = str.maketrans("aceghijlnorstuwyzACEGHIJLNORSTUWYZ", "àçéğĥîĵļñôŕšţûŵýžÀÇÉĞĤÎĴĻÑÔŔŠŢÛŴÝŽ")
_KEPT = re.compile(r"(%(?:%|\([^()]*\)[a-z])|<[^<>]*>|&\w+;)")
_LONGER = 0.4


def pseudo_text(text: str) -> str:
    """Return a text in the pseudo language; placeholders, tags and outer spaces stay."""
    parts = _KEPT.split(text.strip())
    written = "".join(part if at % 2 else part.translate(_LETTERS) for at, part in enumerate(parts))
    letters = sum(len(part) for part in parts[::2])
    longer = "·" * round(letters * _LONGER)
    space = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return f"{space[0]}{BEGIN}{written}{longer}{END}{space[1]}"


@cache
def template_bytes() -> bytes:
    """Return the file with every text of the portal, extracted once by each test process."""
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder) / f"{DOMAIN}.pot"
        extract(template)
        return template.read_bytes()


@cache
def extracted() -> Catalog:
    """Return every text of the portal without translations."""
    return read_po(BytesIO(template_bytes()))


def translated_texts() -> Catalog:
    """Return the texts of a complete translation, which takes less time than to extract them."""
    return read_catalog(catalog_path("es"))


def write_pseudo_catalog(
    folder: Path, language: str = PSEUDO, texts: Catalog | None = None
) -> None:
    """Write the compiled catalog of the pseudo language below ``folder``.

    Without ``texts``, they are extracted from the portal as it is now.
    """
    catalog = Catalog(locale=language)
    for message in texts or extracted():
        if message.id:
            ids = message.id
            text = tuple(map(pseudo_text, ids)) if isinstance(ids, tuple) else pseudo_text(ids)
            catalog.add(ids, text)
    path = folder / language / "LC_MESSAGES" / f"{DOMAIN}.mo"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_mo(file, catalog)


def offer(monkeypatch: pytest.MonkeyPatch, *languages: str, folder: Path | None = None) -> None:
    """Offer these languages during a test, with the catalogs of ``folder``.

    An app must be created after this call.
    """
    monkeypatch.setattr(offered, "OFFERED_LANGUAGES", (DEFAULT_LANGUAGE, *languages))
    if folder is not None:
        monkeypatch.setattr(choice, "TRANSLATIONS", folder)
        monkeypatch.setattr(portal.email, "TRANSLATIONS", folder)
    portal.email._environment.cache_clear()
