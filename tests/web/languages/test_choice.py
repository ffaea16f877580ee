"""Choice of the language: by the person, else in this browser, else by the browser itself."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask

import portal.email
from portal.models import AuditLogEntry, Merchant, Store
from portal.rules.accounts.audit_actions import AuditAction
from portal.services.runtime import Runtime
from portal.web.app import create_app
from tests.factories import make_merchant
from tests.pseudo_language import BEGIN, PSEUDO, offer, write_pseudo_catalog
from tests.web.conftest import Visitor
from tests.web.emails import sent_emails, text_of

RIGHT_TO_LEFT = "he"


@pytest.fixture(scope="module")
def catalogs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two generated languages, one of them written from right to left."""
    folder = tmp_path_factory.mktemp("translations")
    write_pseudo_catalog(folder, PSEUDO)
    write_pseudo_catalog(folder, RIGHT_TO_LEFT)
    return folder


@pytest.fixture
def app(runtime: Runtime, monkeypatch: pytest.MonkeyPatch, catalogs: Path) -> Flask:
    """The web app in three languages."""
    offer(monkeypatch, PSEUDO, RIGHT_TO_LEFT, folder=catalogs)
    yield create_app(runtime)
    portal.email._environment.cache_clear()


def language_of(visitor: Visitor, path: str = "/login", **headers: str) -> str:
    """Return the language of a page, which names itself."""
    page = visitor.get(path, headers={"Accept-Language": "en", **headers}).text
    found = re.search(r'<html lang="([^"]*)"', page)
    assert found
    assert (BEGIN in page) is (found[1] != "en")
    return found[1]


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("eo", PSEUDO),
        ("eo-XX, en;q=0.5", PSEUDO),
        ("fr, eo;q=0.4, en;q=0.2", PSEUDO),
        ("en-GB, eo;q=0.9", "en"),
        ("eo;q=0, en;q=0.1", "en"),
        ("fr", "en"),
        ("", "en"),
        (";;;q=x", "en"),
    ],
)
def test_page_is_in_the_best_of_the_browsers_languages(
    visitor: Visitor, accepted: str, language: str
) -> None:
    assert language_of(visitor, **{"Accept-Language": accepted}) == language


def test_switch_counts_more_than_the_browsers_languages(visitor: Visitor) -> None:
    response = visitor.post("/language", language=PSEUDO, next="/forgot?x=1")

    assert (response.status_code, response.location) == (303, "/forgot?x=1")
    assert language_of(visitor) == PSEUDO
    visitor.post("/language", language="en")
    assert language_of(visitor, **{"Accept-Language": PSEUDO}) == "en"


def test_switch_needs_no_token_and_starts_no_session(visitor: Visitor) -> None:
    response = visitor.client.post("/language", data={"language": PSEUDO})

    cookies = response.headers.getlist("Set-Cookie")
    assert [cookie.partition("=")[0] for cookie in cookies] == ["language"]
    assert {"HttpOnly", "SameSite=Lax"} <= set(cookies[0].split("; "))


@pytest.mark.parametrize("target", ["https://evil.example", "//evil.example", "/\\evil", ""])
def test_switch_leads_to_no_other_site(visitor: Visitor, target: str) -> None:
    assert visitor.post("/language", language=PSEUDO, next=target).location == "/"


@pytest.mark.parametrize("language", ["fr", "", "../en", "EN"])
def test_unknown_language_is_refused(visitor: Visitor, language: str) -> None:
    assert visitor.post("/language", language=language).status_code == 422
    assert visitor.client.get_cookie("language") is None


def test_unknown_language_in_the_cookie_is_ignored(visitor: Visitor) -> None:
    visitor.client.set_cookie("language", "xx")

    assert language_of(visitor) == "en"


@pytest.mark.parametrize("path", ["/login", "/nowhere", "/account"])
def test_every_page_has_the_switch_and_returns_to_itself(
    visitor: Visitor, browser: Visitor, path: str
) -> None:
    page = (browser if path == "/account" else visitor).get(path).text

    switch = page.partition('<form class="language-switch"')[2].partition("</form>")[0]
    assert re.findall(r'value="(\w+)"\s+lang="(\w+)"', switch) == [
        ("en", "en"), (PSEUDO, PSEUDO), (RIGHT_TO_LEFT, RIGHT_TO_LEFT)
    ]  # fmt: skip
    assert "Esperanto" in switch
    assert switch.count('aria-current="true"') == 1
    returns_to = "/" if path == "/nowhere" else path
    assert f'name="next" value="{returns_to}"' in switch


def test_choice_of_a_person_counts_in_every_browser(
    app: Flask, browser: Visitor, merchant: Merchant
) -> None:
    browser.post("/language", language=PSEUDO)

    elsewhere = Visitor(app).force_login(merchant)
    assert language_of(elsewhere, "/account") == PSEUDO
    merchant = Merchant.get_by_id(merchant.id)
    assert (merchant.chosen_locale, merchant.locale) == (PSEUDO, PSEUDO)
    assert AuditLogEntry.select().where(AuditLogEntry.action == AuditAction.REGION_CHANGED).exists()


def test_language_that_is_no_longer_offered_is_ignored(
    browser: Visitor, merchant: Merchant
) -> None:
    Merchant.update(chosen_locale="fr", locale="fr").execute()

    assert language_of(browser, "/account") == "en"


def test_text_direction_is_that_of_the_language(visitor: Visitor) -> None:
    assert '<html lang="en" dir="ltr">' in visitor.get("/login").text
    visitor.post("/language", language=RIGHT_TO_LEFT)

    assert f'<html lang="{RIGHT_TO_LEFT}" dir="rtl">' in visitor.get("/login").text


def test_api_is_in_english_whatever_the_client_accepts(visitor: Visitor) -> None:
    visitor.post("/language", language=PSEUDO)

    answer = visitor.get("/api/v1/me", headers={"Accept-Language": PSEUDO})
    assert answer.status_code == 401
    assert BEGIN not in answer.text


def test_emails_of_somebody_without_a_choice_follow_the_language_of_their_sign_in(
    visitor: Visitor, merchant: Merchant, runtime: Runtime
) -> None:
    visitor.client.set_cookie("language", PSEUDO)
    visitor.sign_in(merchant)

    merchant = Merchant.get_by_id(merchant.id)
    assert (merchant.chosen_locale, merchant.locale) == ("", PSEUDO)


def test_email_is_in_the_recipients_language_not_in_that_of_the_page(
    visitor: Visitor, merchant: Merchant, runtime: Runtime
) -> None:
    Merchant.update(locale=PSEUDO).execute()

    visitor.post("/forgot", email=merchant.email)

    assert BEGIN in text_of(sent_emails(runtime)[-1])


def test_reader_of_english_gets_english_from_a_page_in_another_language(
    visitor: Visitor, merchant: Merchant, runtime: Runtime
) -> None:
    visitor.post("/language", language=PSEUDO)

    visitor.post("/forgot", email=merchant.email)
    visitor.post("/forgot", email="stranger@example.com")

    known, stranger = sent_emails(runtime)
    assert BEGIN not in text_of(known)
    assert BEGIN in text_of(stranger)


def test_invitation_of_a_stranger_is_in_the_inviters_language(
    browser: Visitor, store: Store, runtime: Runtime
) -> None:
    browser.post("/language", language=PSEUDO)
    reader = make_merchant(email="reader@example.com")

    browser.post(f"/stores/{store.id}/team/invitations", email="new@example.com")
    browser.post(f"/stores/{store.id}/team/invitations", email=reader.email)

    stranger, known = sent_emails(runtime)[-2:]
    assert BEGIN in text_of(stranger)
    assert BEGIN not in text_of(known)


def test_deleted_person_gets_the_last_email_in_their_language(
    browser: Visitor, merchant: Merchant, runtime: Runtime
) -> None:
    Merchant.update(locale=PSEUDO).execute()

    browser.post("/account/delete", password="a few good words")

    assert BEGIN in text_of(sent_emails(runtime)[-1])
