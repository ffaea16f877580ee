"""Choose the language of a page; texts without a translation are in English."""

from __future__ import annotations

from flask import Flask, request
from flask_babel import Babel, get_locale
from flask_login import current_user

from portal.paths import TRANSLATIONS

DEFAULT = "en"


def set_up_translation(app: Flask) -> None:
    """Use the merchant's language, or for anonymous users the best match of the browser's
    languages.
    """
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
    """Return English and every language that has compiled translations."""
    found = [path.parent.parent.name for path in TRANSLATIONS.glob("*/LC_MESSAGES/messages.mo")]
    return [DEFAULT, *sorted(found)]
