"""Invitations, staff and ownership of a store's team."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from portal.mail import Mailer
from portal.models import Membership, Merchant, Role, Store, StoreInvitation
from portal.services.runtime import Runtime
from tests.factories import make_merchant, make_store
from tests.post_office import open_post_office
from tests.web.conftest import (
    PASSWORD,
    PASSWORD_HASH,
    Visitor,
    let_confirmations_expire,
    page_text,
)
from tests.web.emails import link_from, send_queued_emails, sent_emails, text_of

TEAM = "/stores/1003/team"


@pytest.fixture
def bob(store: Store) -> Merchant:
    """A staff member."""
    bob = make_merchant(email="bob@example.com", password_hash=PASSWORD_HASH)
    Membership.create(merchant=bob, store=store, role=Role.MANAGER)
    return bob


@pytest.fixture
def staff(app: Flask, bob: Merchant) -> Visitor:
    """The browser of the staff member."""
    return Visitor(app).force_login(bob)


def place_of(merchant: Merchant) -> str:
    return f"{TEAM}/{Membership.get(Membership.merchant == merchant).id}"


def test_new_person_joins_through_the_email_and_gets_an_account(
    browser: Visitor, store: Store, runtime: Runtime, app: Flask
) -> None:
    sent = browser.post(f"{TEAM}/invitations", email="Eve@example.com")
    link = link_from(sent_emails(runtime)[-1])
    eve = Visitor(app)
    page = eve.get(link)
    weak = eve.post(link, password="short")
    own = eve.post(link, password="clay & co 2026")

    joined = eve.post(link, password=PASSWORD)

    assert sent.status_code == 303
    assert "Invitation sent to eve@example.com" in page_text(browser.get(TEAM))
    assert "Choose a password for eve@example.com to join" in page_text(page)
    assert weak.status_code == own.status_code == 422
    assert "your store's name" in page_text(own)
    assert joined.headers["Location"] == "/stores/1003"
    assert eve.get("/stores/1003").status_code == 200
    merchant = Merchant.with_email("eve@example.com")
    assert merchant is not None
    assert merchant.verified_at is not None
    assert Membership.role_of(merchant, 1003) is Role.MANAGER
    again = Visitor(app).get(link)
    assert again.status_code == 410
    assert "has expired" in page_text(again)
    assert Visitor(app).post(link, password=PASSWORD).status_code == 410


def test_person_with_an_account_signs_in_to_join(
    browser: Visitor, store: Store, runtime: Runtime, app: Flask
) -> None:
    eve = make_merchant(email="eve@example.com", password_hash=PASSWORD_HASH)
    browser.post(f"{TEAM}/invitations", email=eve.email)
    link = link_from(sent_emails(runtime)[-1])
    visitor = Visitor(app)

    assert "Sign in as eve@example.com" in page_text(visitor.get(link))
    # Redirects to the page, which asks to sign in.
    assert visitor.post(link, password=PASSWORD).status_code == 303
    visitor.sign_in(eve)
    assert "You're invited to Clay & Co" in page_text(visitor.get(link))
    assert "You're invited to Clay & Co" in page_text(visitor.get("/stores"))
    number = StoreInvitation.get().id
    joined = visitor.post(f"/invitations/{number}/accept")

    assert joined.headers["Location"] == "/stores/1003"
    assert "You've joined the team of Clay & Co." in page_text(visitor.get("/stores/1003"))
    assert visitor.post(f"/invitations/{number}/accept").status_code == 404


def test_declined_invitation_disappears_from_the_team_page(
    browser: Visitor, stranger: Visitor, store: Store
) -> None:
    browser.post(f"{TEAM}/invitations", email="eve@example.com")
    assert "eve@example.com" in page_text(browser.get(TEAM))

    declined = stranger.post(f"/invitations/{StoreInvitation.get().id}/decline")

    assert declined.status_code == 303
    assert "Invitation declined" in page_text(stranger.get("/stores"))
    assert "eve@example.com" not in page_text(browser.get(TEAM)).replace("on its way to eve", "")
    assert stranger.get(TEAM).status_code == 404


def test_invitation_is_only_for_its_address(
    browser: Visitor, stranger: Visitor, store: Store, runtime: Runtime
) -> None:
    browser.post(f"{TEAM}/invitations", email="bob@example.com")
    link = link_from(sent_emails(runtime)[-1])

    assert "you're signed in as eve@example.com" in page_text(stranger.get(link))
    assert stranger.post(link, password=PASSWORD).status_code == 422
    number = StoreInvitation.get().id
    assert stranger.post(f"/invitations/{number}/accept").status_code == 404
    assert stranger.post(f"/invitations/{number}/decline").status_code == 404
    assert stranger.get("/stores/1003").status_code == 404


def test_withdrawn_invitation_is_invalid(
    browser: Visitor, visitor: Visitor, store: Store, runtime: Runtime
) -> None:
    browser.post(f"{TEAM}/invitations", email="eve@example.com")
    address = f"{TEAM}/invitations/{StoreInvitation.get().id}/withdraw"

    browser.post(address)
    again = browser.post(address)

    assert visitor.get(link_from(sent_emails(runtime)[-1])).status_code == 410
    assert again.status_code == 303
    assert "answered or canceled" in page_text(browser.get(TEAM))


@pytest.mark.parametrize(
    ("address", "expected"),
    [("ada@example.com", "already on the team"), ("x", "Enter a valid email address")],
)
def test_invalid_invitation_is_rejected_with_the_reason(
    browser: Visitor, store: Store, runtime: Runtime, address: str, expected: str
) -> None:
    response = browser.post(f"{TEAM}/invitations", email=address)

    assert response.status_code == 422
    assert expected in page_text(response)
    assert sent_emails(runtime) == []


def test_owner_sees_that_an_invitation_could_not_be_delivered(
    browser: Visitor, runtime: Runtime, store: Store
) -> None:
    browser.post(f"{TEAM}/invitations", email="eve@example.com")
    assert "could not be delivered" not in page_text(browser.get(TEAM))
    with open_post_office() as office:
        office.answers["eve@example.com"] = "550 5.1.1 no such reader"
        send_queued_emails(replace(runtime, mailer=Mailer(office.url)))

    assert "eve@example.com We couldn't deliver the email" in page_text(browser.get(TEAM))


def test_invitations_are_limited(browser: Visitor, store: Store) -> None:
    answers = [
        browser.post(f"{TEAM}/invitations", email=f"{number}@example.com").status_code
        for number in range(21)
    ]

    assert answers == [303] * 20 + [429]


def test_transfer_of_ownership_requires_the_password(
    browser: Visitor, staff: Visitor, bob: Merchant, runtime: Runtime, store: Store
) -> None:
    address = f"{place_of(bob)}/transfer"
    page = browser.get(address)

    let_confirmations_expire()
    wrong = browser.post(address, password="wrong password")
    right = browser.post(address, password=PASSWORD)

    assert "bob@example.com becomes the owner immediately" in page_text(page)
    assert wrong.status_code == 422
    assert "Incorrect password." in page_text(wrong)
    assert right.status_code == 303
    assert "bob@example.com is now the owner." in page_text(browser.get(TEAM))
    assert Membership.role_of(bob, 1003) is Role.OWNER
    message = sent_emails(runtime)[-1]
    assert message["To"] == bob.email
    assert "ada@example.com made you the owner of the store Clay & Co" in text_of(message)
    assert browser.post(f"{TEAM}/invitations", email="eve@example.com").status_code == 403
    assert staff.post(f"{TEAM}/invitations", email="eve@example.com").status_code == 303
    own = staff.get(address)
    assert "already owns the store" in page_text(own)
    assert staff.post(address, password=PASSWORD).status_code == 303
    assert "owns the store now" in page_text(staff.get(TEAM))


def test_owner_removes_staff(browser: Visitor, staff: Visitor, bob: Merchant) -> None:
    address = f"{place_of(bob)}/remove"
    assert "bob@example.com loses access to this store" in page_text(browser.get(address))

    response = browser.post(address)

    assert response.status_code == 303
    assert staff.get("/stores/1003").status_code == 404
    assert browser.post(address).status_code == 404


def test_staff_may_leave(staff: Visitor, bob: Merchant) -> None:
    address = f"{place_of(bob)}/remove"
    assert "Leave team" in page_text(staff.get(TEAM))
    assert "Only its owner can invite you again" in page_text(staff.get(address))

    response = staff.post(address)

    assert response.headers["Location"] == "/stores"
    assert "You left the team of Clay & Co." in page_text(staff.get("/stores"))


def test_owner_cannot_leave(browser: Visitor, merchant: Merchant, store: Store) -> None:
    address = f"{place_of(merchant)}/remove"

    assert "Transfer ownership first" in page_text(browser.get(address))
    assert browser.post(address).status_code == 303
    assert "Transfer ownership first" in page_text(browser.get(TEAM))


def test_staff_see_the_team_page_but_cannot_change_it(staff: Visitor, merchant: Merchant) -> None:
    page, refused = staff.get(TEAM), staff.get(f"{place_of(merchant)}/transfer")

    assert "ada@example.com Owner" in page_text(page)
    assert "Invite a team member" not in page_text(page)
    assert refused.status_code == 403
    assert "Only the store's owner can do this" in page_text(refused)
    assert f"Ask the owner of this store: {merchant.email}." in page_text(refused)


def test_members_of_other_stores_are_a_404(browser: Visitor, store: Store) -> None:
    eve = make_merchant(email="eve@example.com")
    make_store(eve, id=2004)

    assert browser.get(f"{place_of(eve)}/remove").status_code == 404
    assert browser.get(f"{place_of(eve)}/transfer").status_code == 404
