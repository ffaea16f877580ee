"""Passkeys: added, renamed and removed on the account's pages, and used to sign in and confirm."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from portal.models import (
    AuditLogEntry,
    BrowserSession,
    Merchant,
    Passkey,
    RecoveryCode,
    SecurityEvent,
    utc_now,
)
from portal.rules.accounts.operator_roles import OperatorRole
from portal.rules.accounts.passkey_refusals import MAX_PASSKEYS
from portal.services.accounts import passkey_challenges
from portal.services.runtime import Runtime
from portal.web.app import create_app
from portal.web.limits import limiter
from tests.factories import make_factor, make_merchant, make_recovery_code
from tests.passkeys import USER_PRESENT, Authenticator
from tests.web.conftest import PASSWORD, Visitor, let_confirmations_expire, page_text
from tests.web.emails import sent_emails, text_of

ORIGIN = "http://localhost:8000"
PAGE = "/account/passkeys"


@pytest.fixture
def app(runtime: Runtime) -> Flask:
    """A portal with a host name, which browsers need for passkeys."""
    return create_app(replace(runtime, settings=replace(runtime.settings, portal_url=ORIGIN)))


@pytest.fixture
def device() -> Authenticator:
    """A phone that counts its signatures."""
    return Authenticator(ORIGIN, count=0)


def options(visitor: Visitor, path: str) -> dict[str, Any]:
    response = visitor.post(path)
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json
    return found


def sign_in(visitor: Visitor, device: Authenticator, path: str = "/login/passkey") -> Any:
    answer = device.get(options(visitor, f"{path}/options"))
    return visitor.post(path, passkey=json.dumps(answer))


def add(browser: Visitor, device: Authenticator, name: str = "Phone") -> Any:
    answer = device.create(options(browser, f"{PAGE}/options"))
    return browser.post(PAGE, name=name, passkey=json.dumps(answer))


def test_passkey_is_added_and_then_signs_in_alone(
    browser: Visitor, app: Flask, runtime: Runtime, merchant: Merchant, device: Authenticator
) -> None:
    phone = Visitor(app).force_login(merchant)
    let_confirmations_expire()
    assert browser.post(f"{PAGE}/options").status_code == 409
    assert browser.post(f"{PAGE}/begin", password="wrong").status_code == 422
    assert browser.post(f"{PAGE}/begin", password=PASSWORD).location == PAGE
    assert 'data-passkey="create"' in browser.get(PAGE).text

    added = browser.get(add(browser, device).location)

    codes = re.findall(r"\b(?:[0-9a-f]{4}-){4}[0-9a-f]{4}\b", page_text(added))
    assert len(codes) == 10
    assert "A passkey was added" in text_of(sent_emails(runtime)[-1])
    assert phone.get("/account").status_code == 303
    page = page_text(browser.get(PAGE))
    assert "Phone" in page
    assert "Never" in page
    assert "Two-step verification On" in page_text(browser.get("/account"))
    assert "10 recovery codes left." in page_text(browser.get("/account/second-factor"))
    other = Visitor(app)
    assert "Sign in with a passkey" in other.get("/login").text
    response = sign_in(other, device, "/login/passkey")
    assert response.location == "/stores"
    assert other.get("/account").status_code == 200
    assert other.post("/account/second-factor/codes").status_code == 303
    assert "Never" not in page_text(other.get(PAGE))


def test_passkey_or_recovery_code_is_the_second_step_after_the_password(
    app: Flask, merchant: Merchant, device: Authenticator
) -> None:
    device.save(merchant)
    first, second = Visitor(app), Visitor(app)
    for visitor in (first, second):
        response = visitor.post("/login", email=merchant.email, password=PASSWORD)
        assert response.location == "/login/code"
        assert "Use a passkey instead" in visitor.get("/login/code").text
    asked = options(first, "/login/code/passkey/options")
    assert [each["id"] for each in asked["allowCredentials"]] == [device.name]
    # A device may leave the account's handle out if it was asked for this account's passkeys.
    answer = device.get(asked)
    del answer["response"]["userHandle"]

    by_passkey = first.post("/login/code/passkey?next=/connect", passkey=json.dumps(answer))
    wrong = second.post("/login/code", code="000000")
    by_code = second.post("/login/code", code=make_recovery_code(merchant))

    assert by_passkey.location == "/connect"
    assert first.get("/account").status_code == 200
    assert wrong.status_code == 422
    assert by_code.status_code == 303


def test_second_step_takes_no_passkey_of_another_account_and_none_without_a_password(
    app: Flask, merchant: Merchant, device: Authenticator
) -> None:
    make_factor(merchant)
    device.save(make_merchant(email="bob@example.com"))
    visitor = Visitor(app)
    assert visitor.post("/login/code/passkey/options").status_code == 409
    assert visitor.post("/login/code/passkey", passkey="{}").location == "/login"
    visitor.post("/login", email=merchant.email, password=PASSWORD)

    response = sign_in(visitor, device, "/login/code/passkey")

    assert response.status_code == 422
    assert "don't know this passkey" in page_text(response)
    assert visitor.post("/login/code/passkey", passkey="").status_code == 422
    assert visitor.get("/account").status_code == 303


def test_passkey_confirms_a_sensitive_change_instead_of_password_and_code(
    browser: Visitor, merchant: Merchant, device: Authenticator
) -> None:
    device.save(merchant)
    let_confirmations_expire()
    assert f'data-confirm="{PAGE}/confirm"' in browser.get("/account/password").text
    assert browser.post(f"{PAGE}/confirm", passkey="").status_code == 422
    stale = browser.post(f"{PAGE}/confirm", passkey="{}")

    confirmed = sign_in(browser, device, f"{PAGE}/confirm")

    assert stale.status_code == 422
    assert "Try again" in stale.json["problem"]
    assert confirmed.status_code == 200
    assert browser.post("/account/second-factor/codes").status_code == 303


def test_answer_works_once_and_only_for_five_minutes(
    app: Flask, merchant: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = Authenticator(ORIGIN)  # A synchronized passkey, which doesn't count.
    device.save(merchant)
    visitor = Visitor(app)
    asked = options(visitor, "/login/passkey/options")
    answer = json.dumps(device.get(asked))
    cookie = visitor.client.get_cookie("portal")
    assert cookie
    assert visitor.post("/login/passkey", passkey=answer).status_code == 303
    thief = Visitor(app)

    assert thief.post("/login/passkey", passkey=answer).status_code == 422
    thief.client.set_cookie("portal", cookie.value)
    replayed = thief.post("/login/passkey", passkey=answer)

    assert replayed.status_code == 422
    assert "started again in another tab" in page_text(replayed)
    slow = Visitor(app)
    late = json.dumps(device.get(options(slow, "/login/passkey/options")))
    after = utc_now() + passkey_challenges.CHALLENGE_TTL + timedelta(seconds=1)
    monkeypatch.setattr(passkey_challenges, "utc_now", lambda: after)
    assert slow.post("/login/passkey", passkey=late).status_code == 422


def test_copied_passkey_is_refused_and_noted(
    app: Flask, runtime: Runtime, merchant: Merchant, device: Authenticator
) -> None:
    device.save(merchant)
    copy = replace(device)
    assert sign_in(Visitor(app), device).status_code == 303

    refused = sign_in(Visitor(app), copy)

    assert refused.status_code == 422
    assert "may have been copied" in page_text(refused)
    runtime.security_events.flush()
    assert SecurityEvent.get(SecurityEvent.kind == "passkey_copied").merchant_id == merchant.id


def test_count_that_falls_back_to_zero_is_a_copy(app: Flask, merchant: Merchant) -> None:
    device = Authenticator(ORIGIN, count=7)
    device.save(merchant)

    assert sign_in(Visitor(app), replace(device, count=None)).status_code == 422


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda known: replace(known, origin="https://evil.example"), "couldn't verify"),
        (lambda known: replace(known, flags=USER_PRESENT), "couldn't verify"),
        (lambda known: replace(known, key=Authenticator(ORIGIN).key), "couldn't verify"),
        (lambda known: replace(known, user_handle="AAAA"), "couldn't verify"),
        (lambda known: replace(known, credential_id=b"another"), "don't know this passkey"),
    ],
    ids=["origin", "unverified person", "signature", "user handle", "credential"],
)
def test_wrong_answer_is_refused(
    app: Flask,
    merchant: Merchant,
    device: Authenticator,
    make: Callable[[Authenticator], Authenticator],
    says: str,
) -> None:
    device.save(merchant)

    response = sign_in(Visitor(app), make(device))

    assert response.status_code == 422
    assert says in page_text(response)
    assert BrowserSession.select().count() == 0


def test_locked_account_is_not_signed_in_to(
    app: Flask, merchant: Merchant, device: Authenticator
) -> None:
    device.save(merchant)
    Merchant.update(locked_at=utc_now()).execute()

    assert sign_in(Visitor(app), device).status_code == 403


GARBAGE: list[Any] = [
    *("", "{", "[]", "null", '"x"', "[" * 7_900, "\\0", "é", "x" * 9_000),
    *({}, {"id": 1}, {"id": "AA", "rawId": "AA", "type": "public-key", "response": {}}),
]
BROKEN: list[Any] = [None, 0, [], {}, "", "é", "AA", "!", "A" * 1_500, "gA", "nwAA"]


def test_garbage_in_every_field_is_refused(
    browser: Visitor, app: Flask, merchant: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limiter, "enabled", False)
    device = Authenticator(ORIGIN)
    device.save(merchant)
    anonymous = Visitor(app)
    asked = options(anonymous, "/login/passkey/options")
    right = device.get(asked)
    created = Authenticator(ORIGIN).create(options(browser, f"{PAGE}/options"))
    kept = [
        (anonymous, anonymous.client.get_cookie("portal"), "/login/passkey", right),
        (browser, browser.client.get_cookie("portal"), PAGE, created),
    ]
    statuses = set()
    for visitor, cookie, path, answer in kept:
        broken = [answer | {name: value} for name in ("id", "rawId", "type") for value in BROKEN]
        broken += [
            answer | {"response": answer["response"] | {name: value}}
            for name in answer["response"]
            for value in BROKEN
        ]
        for sent in [*GARBAGE, *broken]:
            assert cookie
            visitor.client.set_cookie("portal", cookie.value)
            text = sent if isinstance(sent, str) else json.dumps(sent)
            statuses.add(visitor.post(path, name="Phone", passkey=text).status_code)

    assert statuses == {422}
    assert Passkey.select().count() == 1


def test_passkey_is_renamed_and_removed_by_its_owner_only(
    browser: Visitor, app: Flask, runtime: Runtime, merchant: Merchant, device: Authenticator
) -> None:
    passkey = device.save(merchant)
    make_recovery_code(merchant)
    path = f"{PAGE}/{passkey.id}"
    stranger = Visitor(app).force_login(make_merchant(email="bob@example.com"))
    assert stranger.post(f"{path}/remove").status_code == 404
    assert stranger.post(f"{path}/rename", name="Mine").status_code == 404
    assert browser.post(f"{path}/rename", name=" ").status_code == 422
    assert browser.post(f"{path}/rename", name="<b>Key</b>").status_code == 303
    assert "&lt;b&gt;Key" in browser.get(path).text
    phone = Visitor(app).force_login(merchant)
    let_confirmations_expire()
    assert browser.post(f"{path}/remove", password="wrong").status_code == 422
    code = make_recovery_code(merchant)

    removed = browser.post(f"{path}/remove", password=PASSWORD, code=code)

    assert removed.status_code == 303
    assert Passkey.select().count() == 0
    assert RecoveryCode.select().count() == 0
    assert "A passkey was removed" in text_of(sent_emails(runtime)[-1])
    assert phone.get("/account").status_code == 303
    assert browser.get(path).status_code == 404
    actions = [entry.action for entry in AuditLogEntry.select().order_by(AuditLogEntry.id)]
    assert actions[-2:] == ["passkey.renamed", "passkey.removed"]


def test_operator_works_with_a_passkey_and_keeps_a_last_factor(
    app: Flask, merchant: Merchant, device: Authenticator
) -> None:
    Merchant.update(operator_role=OperatorRole.ADMIN).execute()
    browser = Visitor(app).force_login(merchant)
    assert browser.get("/operator").status_code == 403
    add(browser, device)
    assert browser.get("/operator").status_code == 200
    path = f"{PAGE}/{Passkey.get().id}/remove"

    refused = browser.post(path)
    make_factor(merchant)
    app_off = browser.post("/account/second-factor/off")
    make_factor(merchant)
    removed = browser.post(path)
    last = browser.post("/account/second-factor/off")

    assert refused.status_code == 409
    assert "Operators need two-step verification." in page_text(refused)
    assert [app_off.status_code, removed.status_code, last.status_code] == [303, 303, 409]


def test_second_passkey_makes_no_codes_and_passkeys_have_a_limit(
    browser: Visitor, app: Flask, merchant: Merchant, device: Authenticator
) -> None:
    add(browser, device)
    second = Authenticator(ORIGIN)

    added = add(browser, second, "Laptop")

    assert added.location == PAGE
    assert RecoveryCode.select().count() == 10
    assert second.user_handle == device.user_handle
    assert [each["id"] for each in options(browser, f"{PAGE}/options")["excludeCredentials"]] == [
        device.name,
        second.name,
    ]
    again = add(browser, second)
    assert "already in use" in page_text(again)
    for _ in range(MAX_PASSKEYS - 2):
        Authenticator(ORIGIN).save(merchant)
    refused = add(browser, Authenticator(ORIGIN))
    assert (again.status_code, refused.status_code) == (422, 422)
    assert "10 passkeys" in page_text(refused)
    assert 'data-passkey="create"' not in browser.get(PAGE).text


def test_registration_is_refused_a_second_time_and_without_a_confirmation(
    browser: Visitor, merchant: Merchant, device: Authenticator
) -> None:
    cookie_before = options(browser, f"{PAGE}/options")
    answer = json.dumps(device.create(cookie_before))
    cookie = browser.client.get_cookie("portal")
    assert cookie
    assert browser.post(PAGE, name="Phone", passkey=answer).status_code == 303
    browser.post(f"{PAGE}/{Passkey.get().id}/remove")
    browser.client.set_cookie("portal", cookie.value)
    replayed = browser.post(PAGE, name="Phone", passkey=answer)
    let_confirmations_expire()
    unconfirmed = browser.post(PAGE, name="Phone", passkey=answer)

    assert (replayed.status_code, unconfirmed.status_code) == (422, 422)
    assert "Your password" in page_text(unconfirmed)
    assert Passkey.select().count() == 0


def test_portal_at_an_ip_address_offers_no_passkeys(runtime: Runtime, merchant: Merchant) -> None:
    browser = Visitor(create_app(runtime)).force_login(merchant)

    assert "only an IP address" in page_text(browser.get(PAGE))
    assert "passkey" not in Visitor(create_app(runtime)).get("/login").text
