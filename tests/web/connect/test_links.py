"""Onboarding links: from an operator's link to a connected store."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from portal.models import Merchant, Onboarding, Store, utc_now
from portal.rules.accounts.operator_roles import OperatorRole
from portal.rules.connection.connect_failures import ConnectStep
from portal.rules.connection.scopes import REQUIRED_NAMES
from portal.services.connection.connect_link_tokens import link_token
from portal.services.connection.connect_links import create_link
from portal.services.connection.onboarding import start_onboarding
from portal.services.runtime import Runtime
from portal.web.app import create_app
from tests.factories import make_merchant
from tests.web.conftest import ALL_BUT_ORDERS, PASSWORD_HASH, Ecwid, Visitor, page_text
from tests.web.emails import link_from, sent_emails


@pytest.fixture
def onboarding(runtime: Runtime) -> Onboarding:
    """An onboarding link from an operator."""
    return create_link(
        make_merchant(email="op@example.com", operator_role=OperatorRole.ADMIN), "Clay & Co"
    )


@pytest.fixture
def link(onboarding: Onboarding, runtime: Runtime) -> str:
    """Path of the link."""
    return f"/connect/link/{link_token(runtime.settings.secret_keys, onboarding)}"


def come_back(
    browser: Visitor, ecwid: Ecwid, link: str, store_id: int, scopes: tuple[str, ...] | None = None
) -> TestResponse:
    """Press the guide's button and approve on the consent page."""
    consent_url = browser.post(link).headers["Location"]
    return browser.get(ecwid.grant_consent(consent_url, store_id, scopes))


def now_of(onboarding: Onboarding) -> Onboarding:
    """Return the current row of the onboarding."""
    found: Onboarding = Onboarding.get_by_id(onboarding.id)
    return found


def test_new_merchant_is_guided_from_the_link_to_the_store_through_the_email(
    app: Flask, visitor: Visitor, ecwid: Ecwid, link: str, runtime: Runtime, onboarding: Onboarding
) -> None:
    store_id = ecwid.add_store(name="Clay & Co")
    first = visitor.get(link)
    sign_up = re.search(r'href="(/signup\?next=[^"]+)"', first.text)
    assert sign_up, first.text
    form = re.search(r'action="(/signup\?next=[^"]+)"', visitor.get(sign_up[1]).text)
    assert form
    visitor.post(form[1], email="ann@example.com")
    # The merchant closes the tab and opens the email in another browser.
    other = Visitor(app)
    mailed = mailed_address(runtime)
    answer = other.post(mailed, password="a few good words")
    back = other.get(answer.headers["Location"])
    arrived = come_back(other, ecwid, link, store_id)

    assert "Your account – this is next" in page_text(first)
    assert answer.headers["Location"] == link
    assert "signed in as ann@example.com" in page_text(back)
    assert "Access to your Ecwid store – this is next" in page_text(back)
    assert arrived.headers["Location"] == f"/stores/{store_id}"
    done = now_of(onboarding)
    assert (done.step, done.store_id) == (ConnectStep.CONNECTED, store_id)
    assert "View your store" in page_text(other.get(link))
    assert other.post(link).headers["Location"] == f"/stores/{store_id}"


def mailed_address(runtime: Runtime) -> str:
    """Return path and query of the link in the newest email."""
    return link_from(sent_emails(runtime)[-1])


def test_accepted_link_continues_where_it_stopped(
    app: Flask, browser: Visitor, merchant: Merchant, ecwid: Ecwid, link: str
) -> None:
    store_id = ecwid.add_store(plan="Free")
    refused = come_back(browser, ecwid, link, store_id)
    elsewhere = Visitor(app).sign_in(merchant)

    page = elsewhere.get("/stores")
    again = elsewhere.get(link)

    assert refused.status_code == 422
    assert "You were invited to connect a store" in page_text(page)
    assert f'href="{link}"' in page.text
    assert "You were invited to connect a store" in page_text(elsewhere.get("/connect"))
    assert "plan had no API access" in page_text(again)
    assert "Continue to Ecwid" in page_text(again)


def test_merchant_who_signs_in_after_opening_a_link_finds_it_again(
    visitor: Visitor, merchant: Merchant, link: str
) -> None:
    visitor.get(link)
    visitor.sign_in(merchant)

    assert f'href="{link}"' in visitor.get("/stores").text


def test_usual_connect_button_continues_the_accepted_link(
    browser: Visitor, ecwid: Ecwid, link: str, onboarding: Onboarding
) -> None:
    store_id = ecwid.add_store()
    browser.post(link)

    browser.get(ecwid.grant_consent(browser.post("/connect").headers["Location"], store_id))

    assert now_of(onboarding).step == ConnectStep.CONNECTED


def test_link_serves_one_account_and_one_store(
    browser: Visitor, stranger: Visitor, ecwid: Ecwid, link: str
) -> None:
    come_back(browser, ecwid, link, ecwid.add_store())

    shown, pressed = stranger.get(link), stranger.post(link)

    assert (shown.status_code, pressed.status_code) == (410, 410)
    assert "another account has used it" in page_text(shown)
    assert Store.select().count() == 1


def test_link_expires_except_for_the_merchant_who_accepted_it(
    browser: Visitor, stranger: Visitor, link: str, onboarding: Onboarding, runtime: Runtime
) -> None:
    late = create_link(onboarding.created_by, "late")
    Onboarding.update(expires_at=utc_now() - timedelta(minutes=1)).where(
        Onboarding.id == late.id
    ).execute()
    late_link = f"/connect/link/{link_token(runtime.settings.secret_keys, late)}"
    browser.post(link)
    Onboarding.update(expires_at=utc_now() - timedelta(minutes=1)).execute()

    assert stranger.get(late_link).status_code == 410
    assert stranger.post(late_link).status_code == 410
    assert "This link has expired" in page_text(stranger.get(late_link))
    assert browser.get(link).status_code == 200


def test_withdrawn_link_is_invalid(browser: Visitor, link: str) -> None:
    Onboarding.update(withdrawn_at=utc_now()).execute()

    assert browser.get(link).status_code == 410
    assert "has canceled it" in page_text(browser.get(link))


@pytest.mark.parametrize("token", ["forged", "WzEsMV0.forged", "IngI.x"])
def test_forged_link_is_invalid(browser: Visitor, token: str) -> None:
    assert browser.get(f"/connect/link/{token}").status_code == 410
    assert browser.post(f"/connect/link/{token}").status_code == 410


def test_reused_row_id_does_not_revive_an_old_link(
    visitor: Visitor, link: str, onboarding: Onboarding
) -> None:
    earlier = onboarding.started_at - timedelta(days=1)
    Onboarding.update(started_at=earlier).execute()

    assert visitor.get(link).status_code == 410


def test_anonymous_visitor_signs_in_and_returns_to_the_link(visitor: Visitor, link: str) -> None:
    answer = visitor.post(link)

    assert urlsplit(answer.headers["Location"]).path == "/login"
    assert link in visitor.get(answer.headers["Location"]).text


def test_two_consents_with_missing_permissions_stop_the_consent_loop(
    browser: Visitor, ecwid: Ecwid, onboarding: Onboarding, link: str
) -> None:
    store_id = ecwid.add_store()
    first = come_back(browser, ecwid, link, store_id, ALL_BUT_ORDERS)
    second = come_back(browser, ecwid, link, store_id, ALL_BUT_ORDERS)
    third = browser.post(link)
    usual = browser.post("/connect")

    assert (first.status_code, second.status_code) == (422, 409)
    assert "Some permissions are missing" in page_text(first)
    assert "Ecwid keeps leaving permissions out" in page_text(second)
    assert "read_orders" in page_text(second)
    assert (third.status_code, usual.status_code) == (409, 409)
    assert now_of(onboarding).failure_reason == "consent_loop"
    assert "I've removed it" in page_text(browser.get(link))


def test_consent_loop_ends_after_the_app_was_removed(
    browser: Visitor, ecwid: Ecwid, onboarding: Onboarding, link: str
) -> None:
    store_id = ecwid.add_store()
    for _round in range(2):
        come_back(browser, ecwid, link, store_id, ALL_BUT_ORDERS)

    arrived = come_back(browser, ecwid, f"{link}?app_removed=1", store_id)

    assert arrived.headers["Location"] == f"/stores/{store_id}"
    assert now_of(onboarding).incomplete_consents == 0


@pytest.mark.usefixtures("merchant")
def test_sign_up_email_never_links_to_another_site(visitor: Visitor, runtime: Runtime) -> None:
    visitor.post("/signup?next=//evil.example", email="ann@example.com")

    assert "evil" not in mailed_address(runtime)


def test_accepted_link_is_invalid_for_another_merchant(
    app: Flask, browser: Visitor, visitor: Visitor, link: str
) -> None:
    browser.post(link)
    other = make_merchant(email="bea@example.com", password_hash=PASSWORD_HASH)

    signed_out = visitor.get(link)
    signed_in = Visitor(app).sign_in(other).get(link)

    assert signed_out.status_code == 200
    assert "Sign in" in page_text(signed_out)
    assert signed_in.status_code == 410


def test_opening_is_recorded_once_and_only_for_invited_people(
    app: Flask, visitor: Visitor, link: str, onboarding: Onboarding
) -> None:
    operator = Visitor(app).force_login(onboarding.created_by)
    operator.get(link)
    visitor.client.head(link)
    visitor.get(link, headers={"Sec-Purpose": "prefetch;prerender"})
    assert now_of(onboarding).opened_at is None

    visitor.get(link)
    first = now_of(onboarding).opened_at
    visitor.get(link)

    assert first is not None
    assert now_of(onboarding).opened_at == first


def test_steps_have_their_times(
    browser: Visitor, ecwid: Ecwid, link: str, onboarding: Onboarding
) -> None:
    refused = come_back(browser, ecwid, link, ecwid.add_store(plan="Free"))
    assert refused.status_code == 422
    between = now_of(onboarding)
    come_back(browser, ecwid, link, ecwid.add_store())

    done = now_of(onboarding)
    assert between.finished_at is None
    times = [done.started_at, done.opened_at, done.claimed_at, done.consented_at, done.refused_at]
    assert times == sorted(times)
    assert (done.claimed_at, done.consented_at) == (between.claimed_at, between.consented_at)
    assert done.finished_at > done.refused_at


def test_guide_has_the_operators_note_until_the_store_is_connected(
    browser: Visitor, ecwid: Ecwid, onboarding: Onboarding, link: str
) -> None:
    Onboarding.update(note="Bring <your> mugs.\nAnn").execute()

    assert "Bring &lt;your&gt; mugs.\nAnn" in browser.get(link).text
    come_back(browser, ecwid, link, ecwid.add_store())
    assert "mugs" not in browser.get(link).text


def test_guide_is_in_the_language_of_the_link_until_the_sign_in(
    visitor: Visitor, browser: Visitor, link: str
) -> None:
    Onboarding.update(locale="de").execute()

    assert '<html lang="de" dir="ltr">' in visitor.get(link).text
    assert '<html lang="en" dir="ltr">' in browser.get(link).text
    Onboarding.update(withdrawn_at=utc_now()).execute()
    assert '<html lang="de" dir="ltr">' in visitor.get(link).text


@pytest.mark.parametrize(
    ("contact", "href"),
    [
        ("help@market.example", "mailto:help@market.example"),
        ("https://market.example/help", "https://market.example/help"),
    ],
)
def test_pages_of_a_failed_connect_name_the_operators_contact(
    runtime: Runtime, merchant: Merchant, link: str, contact: str, href: str
) -> None:
    settings = replace(
        runtime.settings, **{"support_url" if "://" in contact else "support_email": contact}
    )
    browser = Visitor(create_app(replace(runtime, settings=settings))).force_login(merchant)
    guide = browser.get(link)
    Onboarding.update(withdrawn_at=utc_now()).execute()

    withdrawn = browser.get(link)

    others = [browser.get(f"/connect/{name}") for name in ("callback", "confirm")]
    for page in (guide, withdrawn, *others):
        assert f'href="{href}">{contact}</a>' in page.text
    assert "Ask us for a new link" in page_text(withdrawn)


def test_pages_name_no_contact_if_there_is_none(visitor: Visitor, link: str) -> None:
    Onboarding.update(withdrawn_at=utc_now()).execute()

    page = page_text(visitor.get(link))

    assert "Ask the person who invited you for a new link" in page
    assert "Contact support" not in page


@pytest.fixture
def custom_app(ecwid: Ecwid) -> dict[str, str]:
    """Form for a store with a custom app that has all permissions."""
    apps, store_id = ecwid.server.parts.custom_apps, ecwid.add_store()
    app = apps.get(store_id, apps.create(store_id, REQUIRED_NAMES))
    return {"store_id": str(store_id), "token": app["token"]}


def test_link_also_leads_to_a_store_by_its_custom_app(
    runtime: Runtime,
    merchant: Merchant,
    link: str,
    onboarding: Onboarding,
    custom_app: dict[str, str],
) -> None:
    settings = replace(runtime.settings, support_email="help@market.example")
    browser = Visitor(create_app(replace(runtime, settings=settings))).force_login(merchant)
    address = f"{link}/custom-app"
    # Later than the link, and not what the merchant finishes now.
    other = start_onboarding(merchant)
    assert f'href="{address}"' in browser.get(link).text
    form = browser.get(address)
    assert f'href="{link}"' in form.text
    assert "help@market.example" in form.text

    invalid = browser.post(address, store_id="x", token="")
    assert (invalid.status_code, now_of(onboarding).merchant_id) == (422, None)
    refused = browser.post(address, **custom_app | {"token": "secret_wrong"})
    assert refused.status_code == 422
    assert f'href="{address}"' in refused.text
    assert now_of(onboarding).failure_reason == "custom_token_refused"
    connected = browser.post(address, **custom_app)

    assert connected.headers["Location"] == f"/stores/{custom_app['store_id']}"
    done = now_of(onboarding)
    assert (done.merchant_id, done.step) == (merchant.id, ConnectStep.CONNECTED)
    assert now_of(other).finished_at is None
    assert browser.get(address).headers["Location"] == link
    assert browser.post(address, **custom_app).headers["Location"] == link


def test_custom_app_form_needs_an_account_and_a_link_that_works(
    browser: Visitor, visitor: Visitor, link: str, custom_app: dict[str, str]
) -> None:
    address = f"{link}/custom-app"
    assert "/custom-app" not in visitor.get(link).text
    assert "/login" in visitor.get(address).headers["Location"]
    Onboarding.update(withdrawn_at=utc_now()).execute()

    for page in (browser.get(address), browser.post(address, **custom_app)):
        assert page.status_code == 410
        assert "This link was canceled" in page_text(page)
    for page in (
        browser.get("/connect/link/nonsense/custom-app"),
        browser.post("/connect/link/nonsense/custom-app", **custom_app),
    ):
        assert page.status_code == 410
    assert not Store.select().exists()
