"""Choose the language of a page; the texts are English until a translation is added."""

from __future__ import annotations

from flask import Flask, request
from flask_babel import Babel, get_locale
from flask_login import current_user

from portal.paths import TRANSLATIONS

DEFAULT = "en"


def set_up_translation(app: Flask) -> None:
    """Pick the merchant's language, or for strangers the browser's, of those that exist."""
    languages = available_languages()

    def choose() -> str:
        if current_user and current_user.is_authenticated:
            wanted = current_user.merchant.locale
            return wanted if wanted in languages else DEFAULT
        return request.accept_languages.best_match(languages) or DEFAULT

    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(TRANSLATIONS)
    app.jinja_env.globals["get_locale"] = get_locale
    Babel(app, locale_selector=choose, timezone_selector=lambda: "UTC")


def available_languages() -> list[str]:
    """Return English and every language that has a folder of translations."""
    found = [path.parent.parent.name for path in TRANSLATIONS.glob("*/LC_MESSAGES/messages.mo")]
    return [DEFAULT, *sorted(found)]
