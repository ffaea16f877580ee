"""Keep names in right-to-left letters from reordering the sentences that they are in."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from jinja2 import Environment, pass_context
from jinja2.runtime import Context

# Unicode's first strong isolate and the end of it: the part between has its own direction.
ISOLATE, END_OF_ISOLATE = "\u2068", "\u2069"
# Hebrew, Arabic, Syriac, Thaana and the other scripts of Unicode's blocks for right-to-left ones.
_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe\U00010800-\U00010fff\U0001e800-\U0001efff]"
)


def isolated(value: Any) -> Any:
    """Return a text with right-to-left letters as an isolate, and any other value unchanged.

    Punctuation at the end of a Hebrew name would otherwise move to its other side. Markup stays
    markup.
    """
    if not isinstance(value, str) or not _RIGHT_TO_LEFT.search(value):
        return value
    return value.__class__(ISOLATE) + value + END_OF_ISOLATE


def isolate_values(environment: Environment) -> None:
    """Isolate the values of the environment's translated texts; install gettext before."""
    for name in ("gettext", "ngettext", "pgettext", "npgettext"):
        translate: Any = environment.globals[name]
        environment.globals[name] = _isolating(translate)
    environment.filters["isolated"] = isolated


def _isolating(translate: Callable[..., str]) -> Callable[..., str]:
    @pass_context
    def translate_isolating(context: Context, *texts: Any, **values: Any) -> str:
        kept = {name: isolated(value) for name, value in values.items()}
        return translate(context, *texts, **kept)

    return translate_isolating
