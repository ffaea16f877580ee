"""Choose the language of a response, and remember the choice in the browser."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from babel import negotiate_locale
from flask import Flask, current_app, request
from flask_babel import Babel, Domain, get_babel, get_locale
from flask_login import current_user
from werkzeug.wrappers import Response

from portal.i18n import DEFAULT_LANGUAGE
from portal.paths import TRANSLATIONS
from portal.text_direction import isolate_values, isolated
from portal.web.languages.offered import (
    available_languages,
    language_name,
    offered_language,
)
from portal.web.time_zones import choose_time_zone, time_zone_name

COOKIE = "language"
COOKIE_LIFETIME = timedelta(days=365)


@dataclass(frozen=True)
class Language:
    """One language of the switch."""

    code: str
    name: str
    is_current: bool


class IsolatingDomain(Domain):
    """Translations whose values can't change the direction of their sentence."""

    def gettext(self, string: str, **variables: Any) -> str:
        """Translate a text; its values in right-to-left letters are isolated."""
        return str(super().gettext(string, **_isolated_values(variables)))

    def ngettext(self, singular: str, plural: str, num: int, **variables: Any) -> str:
        """Translate a text with a number, as `gettext` does."""
        return str(super().ngettext(singular, plural, num, **_isolated_values(variables)))


def _isolated_values(variables: dict[str, Any]) -> dict[str, Any]:
    return {name: isolated(value) for name, value in variables.items()}


def set_up_languages(app: Flask) -> None:
    """Translate pages, and provide the languages of the switch to the templates."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(TRANSLATIONS)
    app.jinja_env.globals.update(
        get_locale=get_locale,
        languages=languages,
        language_name=language_name,
        text_direction=text_direction,
        page_for_language=page_for_language,
        time_zone_name=time_zone_name,
    )
    Babel(app, locale_selector=choose_locale, timezone_selector=choose_time_zone)
    get_babel(app).instance.domain_instance = IsolatingDomain()
    isolate_values(app.jinja_env)


def choose_locale() -> str:
    """Return the language of the person, of this browser's choice, or of the browser itself.

    The API and its reference are always in English, so that a problem has one text for programs.
    """
    if request.path.startswith("/api"):
        return DEFAULT_LANGUAGE
    if current_user and current_user.is_authenticated:
        chosen = offered_language(current_user.merchant.chosen_locale)
        if chosen:
            return chosen
    return language_of_browser()


def language_of_browser() -> str:
    """Return the language chosen in this browser, otherwise the best match of its own languages."""
    # Werkzeug's own match would prefer English to German for "de-AT, en;q=0.5".
    accepted = [code for code, quality in request.accept_languages if quality > 0]
    best = negotiate_locale(accepted, available_languages(), sep="-")
    return chosen_in_browser() or best or DEFAULT_LANGUAGE


def chosen_in_browser() -> str | None:
    """Return the language chosen by the switch in this browser; None without a choice."""
    return offered_language(request.cookies.get(COOKIE))


def remember_language(response: Response, language: str) -> None:
    """Keep the choice in this browser for a year."""
    response.set_cookie(
        COOKIE,
        language,
        max_age=COOKIE_LIFETIME,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )


def languages() -> list[Language]:
    """Return the languages of the switch."""
    current = str(get_locale())
    return [Language(code, language_name(code), code == current) for code in available_languages()]


def text_direction() -> str:
    """Return the value of ``dir`` for the page's language: ltr or rtl."""
    locale = get_locale()
    return str(locale.text_direction) if locale else "ltr"


def page_for_language() -> str:
    """Return the path to return to after the switch; of a page that is no GET, the start page."""
    is_page = request.method == "GET" and request.endpoint is not None
    return request.full_path.rstrip("?") if is_page else "/"
