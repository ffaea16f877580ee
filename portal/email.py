"""Write letters: a subject, and the same words as text and as HTML.

A letter is one template of ``templates/email``; its words stand there once. It is rendered twice,
each time with the layout and the parts of the one form or the other. Portal and daemon write
letters alike, so nothing here knows Flask.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import cache, partial

from babel.dates import format_datetime, format_timedelta
from babel.support import Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from portal.mail import Letter
from portal.paths import TEMPLATES, TRANSLATIONS
from portal.rules.sync.nightly_schedule import zone_of

_EMPTY_LINES = re.compile(r"\n\s*\n")


def write_letter(name: str, *, portal_url: str, locale: str = "en", **facts: object) -> Letter:
    """Return the letter of ``templates/email/<name>.html`` with ``facts``, in ``locale``.

    A language that we don't have becomes English.
    """
    facts |= {"portal_url": portal_url, "locale": locale}
    template = _environment(locale, is_html=False).get_template(f"email/{name}.html")
    known = facts | _form("text.txt", "text_parts.txt")
    subject = "".join(template.blocks["subject"](template.new_context(known)))
    page = _environment(locale, is_html=True).get_template(f"email/{name}.html")
    return Letter(
        # Names of stores are what their owners typed, and a header is one line.
        subject=" ".join(subject.split()),
        text=_EMPTY_LINES.sub("\n\n", template.render(known)).strip() + "\n",
        html=page.render(facts | _form("page.html", "page_parts.html")),
    )


def _form(layout: str, parts: str) -> dict[str, str]:
    return {"layout": f"email/layouts/{layout}", "parts": f"email/layouts/{parts}"}


@cache
def _environment(locale: str, *, is_html: bool) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=is_html,  # noqa: S701 - a text has nothing to escape
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    translations = Translations.load(str(TRANSLATIONS), [locale])
    environment.install_gettext_translations(translations, newstyle=True)  # type: ignore[attr-defined]
    environment.filters["translated"] = translations.gettext
    environment.filters["moment"] = partial(_moment, locale=locale)
    environment.filters["length_of_time"] = partial(format_timedelta, locale=locale)
    return environment


def _moment(at: datetime, zone: str, *, locale: str) -> str:
    """Return a moment to the minute by the clock of a time zone, and which one that is."""
    known = zone_of(zone)
    name = "UTC" if known is UTC else zone
    return f"{format_datetime(at, 'd MMM y, HH:mm', tzinfo=known, locale=locale)} ({name})"
