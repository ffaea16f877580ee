"""Renderer of emails: a subject, and the same content as text and as HTML.

An email is one template of ``templates/email``. It is rendered twice, with the layout and the
macros of each format. Both the portal and the daemon send emails, so this module imports no Flask.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import cache, partial

from babel import Locale, UnknownLocaleError
from babel.dates import format_timedelta
from babel.numbers import format_percent
from babel.support import Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from portal.i18n import DEFAULT_LANGUAGE
from portal.mail import RenderedEmail
from portal.paths import TEMPLATES, TRANSLATIONS
from portal.portal_brand import PortalBrand
from portal.rules.connection.platform_brand import with_brand
from portal.rules.notifications.unlinked_text import one_line, unlinked
from portal.rules.sync.nightly_schedule import parse_timezone
from portal.text_direction import isolate_values
from portal.time_formats import date_and_time

_BLANK_LINES = re.compile(r"\n\s*\n")


def render_email(
    name: str, *, brand: PortalBrand, locale: str = DEFAULT_LANGUAGE, **context: object
) -> RenderedEmail:
    """Render ``templates/email/<name>.html`` with ``context`` in ``locale``.

    An unknown language falls back to English. ``unsubscribe_url`` and ``reply_to`` are also sent as
    headers.
    """
    locale = _known(locale)
    context |= {
        "brand": brand,
        "portal_url": brand.url,
        "locale": locale,
        "text_direction": Locale.parse(locale).text_direction,
    }
    template = _environment(locale, is_html=False).get_template(f"email/{name}.html")
    text_context = context | _layout_context("text.txt", "text_parts.txt")
    subject = "".join(template.blocks["subject"](template.new_context(text_context)))
    html_template = _environment(locale, is_html=True).get_template(f"email/{name}.html")
    return RenderedEmail(
        # Names are user input, and a header must be one line.
        subject=one_line(subject),
        text=_BLANK_LINES.sub("\n\n", template.render(text_context)).strip() + "\n",
        html=html_template.render(context | _layout_context("page.html", "page_parts.html")),
        unsubscribe_url=str(context.get("unsubscribe_url", "")),
        reply_to=str(context.get("reply_to", "")),
    )


def _layout_context(layout: str, parts: str) -> dict[str, str]:
    return {"layout": f"email/layouts/{layout}", "parts": f"email/layouts/{parts}"}


def _known(locale: str) -> str:
    try:
        return str(Locale.parse(locale))
    except (UnknownLocaleError, ValueError):
        return DEFAULT_LANGUAGE


@cache
def _environment(locale: str, *, is_html: bool) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=is_html,  # noqa: S701 - plain text needs no escaping
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    translations = Translations.load(str(TRANSLATIONS), [locale])
    environment.install_gettext_translations(translations, newstyle=True)  # type: ignore[attr-defined]
    isolate_values(environment)
    environment.filters["translated"] = translations.gettext
    environment.filters["unlinked"] = unlinked
    environment.filters["moment"] = partial(_moment, locale=locale)
    environment.filters["length_of_time"] = partial(format_timedelta, locale=locale)
    environment.filters["branded"] = with_brand
    environment.filters["percent"] = partial(_percent, locale=locale)
    return environment


def _percent(value: int, *, locale: str) -> str:
    """Format a whole percentage as the language writes it."""
    return str(format_percent(value / 100, locale=locale))


def _moment(at: datetime, zone: str, *, locale: str) -> str:
    """Format a time to the minute in a time zone, followed by the zone's name."""
    place = parse_timezone(zone)
    name = "UTC" if place is UTC else zone
    return f"{date_and_time(at, place, Locale.parse(locale))} ({name})"
