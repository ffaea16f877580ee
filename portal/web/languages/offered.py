"""Languages in which the portal can be read, and the choice among them."""

from __future__ import annotations

from babel import Locale

from portal.i18n import OFFERED_LANGUAGES


def available_languages() -> tuple[str, ...]:
    """Return the codes of the languages that people can choose, English first."""
    return OFFERED_LANGUAGES


def offered_language(code: str | None) -> str | None:
    """Return ``code`` if the portal is offered in this language, otherwise None."""
    return code if code in OFFERED_LANGUAGES else None


def language_name(code: str) -> str:
    """Return the name of a language in that language, such as "Español"."""
    name = Locale.parse(code).get_display_name() or code
    return name[:1].upper() + name[1:]
