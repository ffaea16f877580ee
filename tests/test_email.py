"""A letter says the same as text and as HTML, and nothing in it can be smuggled in."""

from __future__ import annotations

import re
from html import unescape

import pytest

from portal.email import render_email
from portal.mail import RenderedEmail
from portal.paths import TEMPLATES

PORTAL = "https://portal.example"
LINK = f"{PORTAL}/signup/token?a=1&b=2"
ACCOUNT_LETTERS = (
    "invitation",
    "known_account",
    "team_invitation",
    "team_owner",
    "reset_password",
    "no_account",
    "email_change_new",
    "email_change_old",
    "account_changed",
    "account_deleted",
)
FACTS = {
    "store": "Clay & Co",
    "owner": "ada@example.com",
    "former": "ada@example.com",
    "old_email": "ada@example.com",
    "new_email": "ada@new.example",
    "what": "password",
}


def write(name: str = "invitation", **facts: object) -> RenderedEmail:
    return render_email(name, portal_url=PORTAL, **FACTS | {"link": LINK} | facts)


def words(html: str) -> list[str]:
    """Return the words that a page shows."""
    shown = re.sub(r"<head>.*</head>|<[^>]*>", " ", html, flags=re.S)
    return unescape(shown).split()


@pytest.mark.parametrize("name", ACCOUNT_LETTERS)
def test_both_forms_say_the_same_and_lead_to_the_same_place(name: str) -> None:
    email = write(name)

    in_text = re.sub(r"https://\S+|-- |:|·", " ", email.text).split()
    assert in_text == " ".join(words(email.html)).replace(":", "").split()
    assert f"\n{LINK}\n" in email.text
    assert f'href="{LINK.replace("&", "&amp;")}"' in email.html


@pytest.mark.parametrize("name", ACCOUNT_LETTERS)
def test_the_text_is_readable_in_any_window(name: str) -> None:
    lines = write(name).text.splitlines()

    assert max(len(line) for line in lines if "://" not in line) <= 72
    assert not any(line.startswith(" ") for line in lines)
    assert "\n\n\n" not in "\n".join(lines)
    assert lines[0] == "Hello,"


def test_the_html_loads_nothing_and_is_readable_in_the_dark() -> None:
    html = write().html

    assert not re.search(r"<(img|script|link)|url\(|@import", html)
    assert "prefers-color-scheme: dark" in html
    assert "{{" not in html


def test_what_a_link_holds_stays_within_it() -> None:
    email = write(link='https://portal.example/"><script>')

    assert "<script>" not in email.html
    assert email.subject == "Confirm your e-mail address"


def test_an_unknown_language_becomes_english() -> None:
    assert write(locale="xx").subject == write().subject


def test_both_forms_have_the_same_parts() -> None:
    texts, pages = (
        re.findall(r"macro (\w+\(.*?\))", (TEMPLATES / "email/layouts" / name).read_text())
        for name in ("text_parts.txt", "page_parts.html")
    )

    assert texts == pages
