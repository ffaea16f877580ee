"""Reset of a forgotten password by email, without revealing which accounts exist."""

from __future__ import annotations

import pyotp
import pytest

from portal.errors import KeyRefusedError
from portal.models import Merchant, Store
from portal.rules.api_keys.key_scopes import KeyScope
from portal.services.accounts.change_password import change_password, reset_token_for
from portal.services.accounts.second_factor import begin_factor, confirm_factor, pending_secret
from portal.services.api_keys.keys import authenticate_key, create_key
from portal.services.runtime import Runtime
from portal.services.signed_links import timed_link_signer
from tests.web.conftest import PASSWORD, Visitor, page_text
from tests.web.emails import link_from, sent_emails, text_of

NEW_PASSWORD = "correct horse battery"


@pytest.fixture
def link(visitor: Visitor, merchant: Merchant, runtime: Runtime) -> str:
    """The link that the merchant received."""
    visitor.post("/forgot", email="ADA@example.com")
    return link_from(sent_emails(runtime)[-1])


def test_link_sets_a_new_password_once_and_ends_all_sessions(
    visitor: Visitor, browser: Visitor, merchant: Merchant, link: str, runtime: Runtime
) -> None:
    assert "For the account ada@example.com" in page_text(visitor.get(link))
    assert visitor.post(link, password="short").status_code == 422
    assert "contains your email address" in page_text(visitor.post(link, password="ada-example-1"))

    response = visitor.post(link, password=NEW_PASSWORD)

    assert response.headers["Location"] == "/login"
    assert browser.get("/stores").status_code == 303
    assert visitor.post("/login", email=merchant.email, password=PASSWORD).status_code == 422
    assert visitor.post("/login", email=merchant.email, password=NEW_PASSWORD).status_code == 303
    assert "Your password was changed" in text_of(sent_emails(runtime)[-1])
    again = visitor.post(link, password=PASSWORD)
    assert again.status_code == visitor.get(link).status_code == 410
    assert "Links work once, for 1 hour" in page_text(again)


def test_keys_are_suspended_with_the_reset_only_by_choice(
    visitor: Visitor, merchant: Merchant, store: Store, link: str, runtime: Runtime
) -> None:
    assert "suspend my API keys" not in page_text(visitor.get(link))
    made = create_key(merchant, "ERP", [KeyScope.READ_HEALTH])
    assert made is not None
    assert "suspend my API keys" in page_text(visitor.get(link))

    visitor.post(link, password=NEW_PASSWORD)
    assert authenticate_key(made.text) == made.key

    token = reset_token_for(runtime.settings.secret_keys, merchant.email)
    visitor.post(f"/reset/{token}", password=PASSWORD, suspend_keys="1")
    with pytest.raises(KeyRefusedError, match="key suspended"):
        authenticate_key(made.text)


def test_any_change_of_the_password_invalidates_the_link(
    visitor: Visitor, merchant: Merchant, link: str
) -> None:
    assert change_password(merchant, NEW_PASSWORD)
    assert not change_password(merchant, "as it was known before")

    assert visitor.get(link).status_code == 410


def test_forged_expired_or_unknown_link_is_rejected(
    visitor: Visitor, merchant: Merchant, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    links = timed_link_signer(runtime.settings.secret_keys, "reset-password")
    signer = links.make_signer(links.salt)
    monkeypatch.setattr(type(signer), "get_timestamp", lambda _: 1_700_000_000)
    old = links.dumps([merchant.id, "x"])
    monkeypatch.undo()

    for token in ("nonsense", old, links.dumps([merchant.id, "x"]), links.dumps([999, "x"])):
        assert visitor.get(f"/reset/{token}").status_code == 410


def test_unknown_address_gets_the_same_page_and_a_different_email(
    visitor: Visitor, merchant: Merchant, runtime: Runtime
) -> None:
    for_known = visitor.post("/forgot", email=merchant.email)
    for_new = visitor.post("/forgot", email="new@example.com")

    assert for_known.status_code == for_new.status_code == 200
    assert page_text(for_known) == page_text(for_new).replace("new@example.com", merchant.email)
    assert "within an hour" in page_text(for_known)
    to_known, to_new = sent_emails(runtime)
    assert "/reset/" in text_of(to_known)
    assert "there's no account with this address" in text_of(to_new)


def test_invalid_address_is_reported(visitor: Visitor, runtime: Runtime) -> None:
    assert "Enter a valid email address" in page_text(visitor.post("/forgot", email="x"))
    assert sent_emails(runtime) == []


def test_emails_to_one_address_are_limited(visitor: Visitor) -> None:
    answers = [visitor.post("/forgot", email="ada@example.com").status_code for _ in range(4)]

    assert answers == [200, 200, 200, 429]


def test_reset_password_does_not_bypass_the_second_factor(
    visitor: Visitor, merchant: Merchant, link: str, runtime: Runtime
) -> None:
    begin_factor(runtime.sealer, merchant)
    secret = pending_secret(runtime.sealer, merchant) or ""
    assert confirm_factor(runtime.sealer, merchant, pyotp.TOTP(secret).now())
    assert visitor.get(link).status_code == 410
    visitor.post("/forgot", email=merchant.email)

    visitor.post(link_from(sent_emails(runtime)[-1]), password=NEW_PASSWORD)
    response = visitor.post("/login", email=merchant.email, password=NEW_PASSWORD)

    assert response.headers["Location"] == "/login/code"
    assert visitor.get("/stores").status_code == 303
