"""Names in right-to-left letters keep their own direction on all pages and in emails."""

from __future__ import annotations

import re
from collections import defaultdict
from html.parser import HTMLParser

import pytest
from flask import Flask
from flask_babel import gettext
from markupsafe import Markup

from portal.models import Merchant
from portal.rules.accounts.operator_roles import OperatorRole
from portal.services.runtime import Runtime
from portal.text_direction import END_OF_ISOLATE, ISOLATE, isolated
from tests.factories import make_merchant
from tests.test_email import write
from tests.web.conftest import PASSWORD_HASH, Visitor
from tests.web.long_words import write_long_words
from tests.web.page_walk import walk
from tests.web.route_rows import make_rows

# The tests of each page measure its code.
pytestmark = pytest.mark.unmeasured
# With punctuation at the end, which would move to the other side.
NAME = "חנות הקרמיקה (דנה)!"
HEBREW = re.compile("[\u0590-\u05ff]")
_ISOLATES = re.compile(f"{ISOLATE}[^{END_OF_ISOLATE}]*{END_OF_ISOLATE}")
# Elements whose text has its own direction in browsers, and code.
OWN_DIRECTION = {"bdi", "textarea", "option", "code", "pre", "script"}
# Elements whose links have their own direction by static/css/base.css.
PLAINTEXT_LINKS = {"h1", "td", "dd", "li"}
_VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}


class _Texts(HTMLParser):
    """Collects texts with Hebrew letters that take the direction of the text around them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[tuple[str, bool]] = []
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _VOID:
            parents = {name for name, _ in self.open}
            has_direction = tag in OWN_DIRECTION or ("dir", "auto") in attrs
            self.open.append(
                (tag, has_direction or (tag == "a" and bool(parents & PLAINTEXT_LINKS)))
            )

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if HEBREW.search(_ISOLATES.sub("", data)) and not any(own for _, own in self.open):
            self.found.append(f"{self.open[-1][0]}: {' '.join(data.split())[:80]}")


def bare_names(html: str) -> list[str]:
    """Return the texts of a page with a name that isn't isolated."""
    texts = _Texts()
    texts.feed(html)
    texts.close()
    return texts.found


def test_no_page_shows_a_right_to_left_name_without_its_own_direction(
    app: Flask, runtime: Runtime
) -> None:
    owner = make_merchant(
        email="owner@example.com", operator_role=OperatorRole.ADMIN, password_hash=PASSWORD_HASH
    )
    staff = make_merchant(email="staff@example.com")
    rows = make_rows(runtime, owner, staff, invited=make_merchant(email="guest@example.com"))
    write_long_words(NAME)
    browser = Visitor(app).force_login(Merchant.get_by_id(owner.id))
    found: dict[str, list[str]] = defaultdict(list)
    for page in walk(app, browser, rows, {}):
        if page.response.mimetype == "text/html" and not page.name.startswith("api."):
            found[page.name] += bare_names(page.response.text)

    assert len(found) > 100
    assert {name: texts for name, texts in found.items() if texts} == {}


def test_value_of_a_sentence_is_isolated_only_if_it_has_right_to_left_letters(app: Flask) -> None:
    with app.test_request_context():
        assert gettext("By %(who)s", who="Dana") == "By Dana"
        assert gettext("By %(who)s", who=NAME) == f"By {ISOLATE}{NAME}{END_OF_ISOLATE}"
        page = app.jinja_env.from_string("{{ _('By %(who)s', who=who) }}").render(who=f"<{NAME}>")
    assert page == f"By {ISOLATE}&lt;{NAME}&gt;{END_OF_ISOLATE}"


def test_isolated_markup_stays_markup() -> None:
    assert isinstance(isolated(Markup("<b>דנה</b>")), Markup)
    assert isolated(5) == 5


def test_email_isolates_a_right_to_left_name_in_its_sentences() -> None:
    written = write("team_invitation", store=NAME)
    text = " ".join(f"{written.subject} {written.text}".split())

    assert f"{ISOLATE}{NAME}{END_OF_ISOLATE}" in text
    assert not HEBREW.search(_ISOLATES.sub("", text))
    assert bare_names(written.html) == []
