"""Languages of the portal, markers for texts that are translated later, and their formatting."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

DEFAULT_LANGUAGE = "en"
# Offered once every text is translated: `make messages` and the tests fail while one of these lacks
# a text. The catalogs of other languages may be incomplete.
OFFERED_LANGUAGES = (DEFAULT_LANGUAGE, "es", "de")
_PLACEHOLDER = re.compile(r"%(?:%|\((?P<name>[^()]*)\)[sd])")
# Shown in place of a value that a text names and its values lack.
MISSING_VALUE = "–"


def N_(text: str) -> str:  # noqa: N802 - the usual name of gettext_noop
    """Return ``text`` unchanged; `make messages` extracts the arguments of this function."""
    return text


def format_message(text: str, values: Mapping[str, Any]) -> str:
    """Return a text with ``%(name)s`` replaced by values; it never raises.

    The values come from stores and may have any name and any characters. A missing value becomes a
    dash, and a percent sign that starts no placeholder stays.
    """

    def replaced(match: re.Match[str]) -> str:
        name = match["name"]
        return "%" if name is None else str(values.get(name, MISSING_VALUE))

    return _PLACEHOLDER.sub(replaced, text)
