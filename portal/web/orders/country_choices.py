"""Names of countries and states in the language of the page, sorted for people."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import cache

from babel import Locale
from flask_babel import get_locale

from portal.services.orders.postal_rules import country_codes, country_rules
from portal.web.orders.blueprint import blueprint

ENGLISH = Locale("en")

Choices = tuple[tuple[str, str], ...]


@blueprint.app_template_filter("country")
def country_name(code: str | None) -> str:
    """Return the name of a country, or the text itself if it is no known code."""
    text = code or ""
    locale = get_locale() or ENGLISH
    return str(locale.territories.get(text.upper(), text))


def country_choices() -> Choices:
    """Return codes and names of all countries, sorted by name."""
    return _country_choices(str(get_locale() or ENGLISH))


def state_choices(country_code: str) -> Choices:
    """Return codes and names of a country's states, sorted by name; empty if none are known."""
    return _sorted(country_rules(country_code).states.items())


def is_state_required(country_code: str) -> bool:
    """Return whether a delivery to the country needs its state."""
    return "state_code" in country_rules(country_code).required


@cache
def _country_choices(language: str) -> Choices:
    names = Locale.parse(language).territories
    return _sorted((code, names.get(code, code)) for code in country_codes())


def _sorted(choices: Iterable[tuple[str, str]]) -> Choices:
    return tuple(sorted(choices, key=lambda choice: _sort_key(choice[1])))


def _sort_key(name: str) -> str:
    """Return the letters without accents, so that Österreich is between Oman and Panama."""
    plain = unicodedata.normalize("NFKD", name)
    return "".join(each for each in plain if not unicodedata.combining(each)).casefold()
