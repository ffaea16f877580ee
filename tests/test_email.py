"""An email has the same content as text and as HTML, and its values can't inject anything."""

from __future__ import annotations

import re
from html import unescape

import pytest
from jinja2 import Environment, nodes

from portal.email import render_email
from portal.mail import RenderedEmail
from portal.paths import TEMPLATES
from portal.portal_brand import PortalBrand
from portal.rules.notifications.unlinked_text import SUBJECT_LIMIT

PORTAL = "https://portal.example"
LINK = f"{PORTAL}/signup/token?a=1&b=2"
ACCOUNT_LETTERS = (
    "invitation",
    "known_account",
    "team_invitation",
    "team_owner",
    "team_role",
    "team_factor",
    "reset_password",
    "no_account",
    "email_change_new",
    "email_change_old",
    "account_changed",
    "account_deleted",
    "first_operator",
    "connect_link",
    "operator_message",
    "store_connected",
    "notice_new_browser",
    "notice_api_key_created",
    "notice_endpoint_created",
    "notice_member_joined",
)
FACTS = {
    "store": "Clay & Co",
    "owner": "ada@example.com",
    "former": "ada@example.com",
    "old_email": "ada@example.com",
    "new_email": "ada@new.example",
    "what": "password",
    "is_reminder": True,
    "is_required": True,
    "is_manager": False,
    "note": "We met at the fair & talked about clay.",
    "failure": "Last time Ecwid didn't answer. Try again.",
    "expires_at": None,
    "unsubscribe_url": f"{PORTAL}/connect/stop/token",
    "contact": "help@clay.example",
    "subject_line": "New fees",
    "message": "fees change <soon>.\n\n- 3 % for cards & wallets\n- 1 % for the rest",
    "store_names": ["Clay & Co", "Wood"],
    "more_stores": 0,
    "browser": "Firefox",
    "network": "203.0.113.x",
    "member": "bob@example.com",
    "platform": "Ecwid",
}


def write(name: str = "invitation", **facts: object) -> RenderedEmail:
    return render_email(
        name,
        brand=PortalBrand("Clay market", PORTAL, "help@clay.example"),
        **FACTS | {"link": LINK} | facts,
    )


def words(html: str) -> list[str]:
    """Return the visible words of a page."""
    shown = re.sub(r"<head>.*</head>|<[^>]*>", " ", html, flags=re.S)
    return unescape(shown).split()


@pytest.mark.parametrize("name", ACCOUNT_LETTERS)
def test_text_and_html_have_the_same_words_and_link(name: str) -> None:
    email = write(name)

    in_text = re.sub(r"https://\S+|-- |:|·", " ", email.text).split()
    assert in_text == " ".join(words(email.html)).replace(":", "").split()
    assert f"\n{LINK}\n" in email.text
    assert f'href="{LINK.replace("&", "&amp;")}"' in email.html


@pytest.mark.parametrize("name", ACCOUNT_LETTERS)
def test_text_is_readable_in_any_window(name: str) -> None:
    lines = write(name).text.splitlines()

    assert max(len(line) for line in lines if "://" not in line) <= 72
    assert not any(line.startswith(" ") for line in lines)
    assert "\n\n\n" not in "\n".join(lines)
    assert lines[0] == "Hello,"


def test_html_loads_nothing_and_supports_dark_mode() -> None:
    html = write().html

    assert not re.search(r"<(img|script|link)|url\(|@import", html)
    assert "prefers-color-scheme: dark" in html
    assert "{{" not in html


def test_link_is_escaped() -> None:
    email = write(link='https://portal.example/"><script>')

    assert "<script>" not in email.html
    assert email.subject == "Confirm your email address"


def test_unknown_language_falls_back_to_english() -> None:
    assert write(locale="xx").subject == write().subject


def test_text_and_html_layouts_have_the_same_macros() -> None:
    texts, pages = (
        re.findall(r"macro (\w+\(.*?\))", (TEMPLATES / "email/layouts" / name).read_text())
        for name in ("text_parts.txt", "page_parts.html")
    )

    assert texts == pages


# Texts in subjects, with the reason why the recipient can't be a stranger to who wrote them.
SUBJECT_TEXTS: dict[str, set[str]] = {
    "api_key": {"channel", "stores", "title"},  # the recipient's own store, key, or name
    "channel_consent": {"stores"},  # goes to the owner
    "endpoint_failing": {"title"},  # the recipient's own endpoint
    "notice_member_joined": {"store"},  # goes to the owner
    "operator_message": {"subject_line"},  # typed by an operator
    "store_connected": {"store"},  # goes to the owner
    "team_factor": {"store"},  # goes to the team, who have joined it
    "team_owner": {"store"},  # goes to a member of the team
    "team_role": {"store"},  # goes to a member of the team, too
}
# Names of stores in lists of issues: digests go to owners and teams, the others to strangers.
STORE_NAMES_IN_SUBJECTS = {"digest"}
NUMBERS_AND_CHOICES = {
    "what",
    "is_reminder",
    "is_required",
    "percent",
    "change",
    "purpose",
    "lines",
    "left_out",
    "severities",
    "entries",
    "open_count",
    "store_count",
}


def subject_of(name: str) -> nodes.Block:
    source = (TEMPLATES / "email" / f"{name}.html").read_text()
    tree = Environment(extensions=["jinja2.ext.i18n"]).parse(source)
    return next(block for block in tree.find_all(nodes.Block) if block.name == "subject")


@pytest.mark.parametrize("name", sorted(path.stem for path in TEMPLATES.glob("email/*.html")))
def test_subject_has_no_text_of_strangers(name: str) -> None:
    block = subject_of(name)
    uses = list(block.find_all(nodes.Name))
    assigned = {each.name for each in uses if each.ctx == "store"}
    texts = {each.name for each in uses} - assigned - NUMBERS_AND_CHOICES
    attributes = {each.attr for each in block.find_all(nodes.Getattr)}

    assert texts - {"_", "ngettext"} <= SUBJECT_TEXTS.get(name, set())
    assert "name" not in attributes or name in STORE_NAMES_IN_SUBJECTS


def test_invitation_shows_a_strangers_text_only_as_words() -> None:
    email = write("team_invitation", store="Win <b>now</b> https://evil.example\r\n" + "!" * 500)

    assert email.subject == "You're invited to a store's team"
    assert "Win &lt;b&gt;now&lt;/b&gt; https:\u200c//evil.\u200cexample !" in email.html
    assert "evil.example" not in email.text + email.html
    assert "!" * 80 not in email.text


def test_subject_is_one_short_line() -> None:
    assert len(write("team_owner", store="x\r\n" * 500).subject) == SUBJECT_LIMIT
