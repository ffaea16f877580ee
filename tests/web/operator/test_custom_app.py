"""Admins connect a store for a merchant by the token of its custom app."""

from __future__ import annotations

import pytest

from portal.models import AuditLogEntry, Membership, Merchant, Onboarding, Store, utc_now
from portal.rules.connection.scopes import REQUIRED_NAMES
from portal.services.connection.onboarding import start_onboarding
from portal.services.runtime import Runtime
from tests.factories import make_merchant, make_store
from tests.web.conftest import Ecwid, Visitor, page_text
from tests.web.emails import link_from, sent_emails

URL = "/operator/custom-app"


@pytest.fixture
def owner(merchant: Merchant) -> Merchant:
    """A merchant with an account, beside the operator."""
    return make_merchant(email="owner@shop.example")


def fields(ecwid: Ecwid, **changes: str) -> dict[str, str]:
    """Return a form for a new store with a custom app."""
    apps, store_id = ecwid.server.parts.custom_apps, ecwid.add_store()
    app = apps.get(store_id, apps.create(store_id, REQUIRED_NAMES))
    given = {"email": " Owner@Shop.example", "store_id": str(store_id), "token": app["token"]}
    return given | changes


def test_store_belongs_to_the_merchant_and_the_audit_log_names_the_operator(
    operator: Visitor, merchant: Merchant, owner: Merchant, ecwid: Ecwid, runtime: Runtime
) -> None:
    assert f'href="{URL}"' in operator.get("/operator/onboarding").text
    assert "The account must already exist" in page_text(operator.get(URL))

    response = operator.post(URL, **fields(ecwid))

    store = Store.get()
    [email] = sent_emails(runtime)
    assert (email["To"], email["Subject"]) == (
        owner.email,
        f"Your store {store.name} is connected",
    )
    assert link_from(email) == f"/stores/{store.id}"
    assert response.headers["Location"] == f"/stores/{store.id}"
    assert [row.merchant for row in Membership.select()] == [owner]
    entry = AuditLogEntry.get(AuditLogEntry.action == "store.connected")
    assert (entry.actor, entry.store_id) == (merchant, store.id)
    assert owner not in {entry.actor for entry in AuditLogEntry.select()}


def test_operators_mail_themselves_nothing(
    operator: Visitor, merchant: Merchant, owner: Merchant, ecwid: Ecwid, runtime: Runtime
) -> None:
    operator.post(URL, **fields(ecwid, email=merchant.email))

    assert sent_emails(runtime) == []


def test_onboarding_that_the_merchant_began_is_finished(
    operator: Visitor, owner: Merchant, ecwid: Ecwid
) -> None:
    begun = start_onboarding(owner)

    operator.post(URL, **fields(ecwid, token="secret_wrong"))
    assert Onboarding.get_by_id(begun.id).failure_reason == "custom_token_refused"
    operator.post(URL, **fields(ecwid))

    assert Onboarding.get_by_id(begun.id).finished_at is not None


def test_address_must_have_an_account_that_can_sign_in(
    operator: Visitor, owner: Merchant, ecwid: Ecwid
) -> None:
    unknown = operator.post(URL, **fields(ecwid, email="nobody@shop.example"))
    Merchant.update(locked_at=utc_now()).where(Merchant.id == owner.id).execute()
    locked = operator.post(URL, **fields(ecwid))

    assert (unknown.status_code, locked.status_code) == (422, 422)
    assert "Send the merchant a connect link first" in page_text(unknown)
    assert "This account is locked" in page_text(locked)
    assert not Store.select().exists()


def test_store_of_another_account_and_a_refused_token_lead_back(
    operator: Visitor, merchant: Merchant, owner: Merchant, ecwid: Ecwid
) -> None:
    given = fields(ecwid)
    make_store(merchant, id=int(given["store_id"]))

    taken = operator.post(URL, **given)
    refused = operator.post(URL, **fields(ecwid, token="secret_wrong"))

    assert "This store belongs to another account" in page_text(taken)
    assert "ask its owner to transfer ownership" in page_text(taken)
    assert "Sign out" not in page_text(taken)
    assert (taken.status_code, refused.status_code) == (409, 422)
    assert all(f'href="{URL}"' in answer.text for answer in (taken, refused))
