"""Roles of a store's team: read-only members see everything and change nothing."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.models import (
    AuditLogEntry,
    ChannelConsent,
    Membership,
    Merchant,
    Role,
    Store,
    StoreInvitation,
)
from portal.rules.api_keys.key_scopes import KeyScope
from portal.services.api_keys.keys import create_key
from portal.services.channels.sender_access import has_access
from portal.services.runtime import Runtime
from tests.factories import make_grant, make_merchant
from tests.web.api.conftest import Caller
from tests.web.conftest import PASSWORD_HASH, Visitor, page_text
from tests.web.emails import link_from, sent_emails, text_of

TEAM = "/stores/1003/team"


@pytest.fixture
def reader(store: Store) -> Merchant:
    """A read-only member."""
    reader = make_merchant(email="rita@example.com", password_hash=PASSWORD_HASH)
    Membership.create(merchant=reader, store=store, role=Role.READ_ONLY)
    return reader


@pytest.fixture
def reading(app: Flask, reader: Merchant) -> Visitor:
    """The browser of the read-only member."""
    return Visitor(app).force_login(reader)


def place_of(merchant: Merchant) -> str:
    return f"{TEAM}/{Membership.get(Membership.merchant == merchant).id}"


def test_invitation_gives_the_chosen_role(
    browser: Visitor, store: Store, runtime: Runtime, app: Flask
) -> None:
    eve = make_merchant(email="eve@example.com")
    browser.post(f"{TEAM}/invitations", email=eve.email, role="read_only")

    assert "eve@example.com Read-only" in page_text(browser.get(TEAM))
    [letter] = sent_emails(runtime)
    assert "as a read-only member. Read-only members can view" in text_of(letter)
    page = page_text(Visitor(app).get(link_from(letter)))
    assert "Role: Read-only Can view and export everything, but can't change anything." in page
    invitation = StoreInvitation.get()
    Visitor(app).force_login(eve).post(f"/invitations/{invitation.id}/accept")

    assert Membership.role_of(eve, 1003) is Role.READ_ONLY


def test_invitation_of_a_manager_says_what_managers_may_do(
    browser: Visitor, store: Store, runtime: Runtime, app: Flask
) -> None:
    browser.post(f"{TEAM}/invitations", email="eve@example.com", role="manager")

    [letter] = sent_emails(runtime)
    assert "as a manager. Managers can view the store, control syncing" in text_of(letter)
    page = page_text(Visitor(app).get(link_from(letter)))
    assert "Role: Manager Can view the store, control syncing and manage orders." in page


def test_undo_of_a_canceled_invitation_keeps_its_role(browser: Visitor, store: Store) -> None:
    browser.post(f"{TEAM}/invitations", email="eve@example.com", role="read_only")

    browser.post(f"{TEAM}/invitations/{StoreInvitation.get().id}/withdraw")

    assert 'name="role" value="read_only"' in " ".join(browser.get(TEAM).text.split())


@pytest.mark.parametrize("role", ["owner", "staff", ""])
def test_role_that_an_owner_cannot_give_is_refused(
    browser: Visitor, store: Store, reader: Merchant, role: str
) -> None:
    invited = browser.post(f"{TEAM}/invitations", email="eve@example.com", role=role)
    changed = browser.post(f"{place_of(reader)}/role", role=role)

    assert (invited.status_code, changed.status_code) == (422, 422)
    assert Membership.role_of(reader, 1003) is Role.READ_ONLY


def test_owner_changes_a_role_and_the_member_gets_an_email(
    browser: Visitor, reader: Merchant, runtime: Runtime
) -> None:
    asked = page_text(browser.get(f"{place_of(reader)}/role"))
    changed = browser.post(f"{place_of(reader)}/role", role="manager")

    assert "rita@example.com" in asked
    assert changed.headers["Location"] == TEAM
    assert Membership.role_of(reader, 1003) is Role.MANAGER
    [letter] = sent_emails(runtime)
    assert letter["To"] == "rita@example.com"
    assert "You're now a manager of the store Clay & Co." in text_of(letter)
    entry = AuditLogEntry.get(AuditLogEntry.action == "member_role_changed")
    assert (entry.before, entry.after) == ({"role": "read_only"}, {"role": "manager"})
    timeline = page_text(browser.get("/stores/1003/timeline"))
    assert "Team member's role changed" in timeline
    assert "Role: Read-only → Manager" in timeline


def test_same_role_again_changes_nothing_and_sends_nothing(
    browser: Visitor, reader: Merchant, runtime: Runtime
) -> None:
    browser.post(f"{place_of(reader)}/role", role="read_only")

    assert sent_emails(runtime) == []
    assert not AuditLogEntry.select().where(AuditLogEntry.action == "member_role_changed").exists()


def test_owner_has_no_other_role_without_a_transfer(
    browser: Visitor, store: Store, merchant: Merchant
) -> None:
    asked = page_text(browser.get(f"{place_of(merchant)}/role"))
    browser.post(f"{place_of(merchant)}/role", role="manager")

    assert "transfer ownership first" in asked
    assert Membership.role_of(merchant, 1003) is Role.OWNER
    assert "no longer on the team, or owns the store now" in page_text(browser.get(TEAM))


def test_read_only_member_sees_the_store_and_learns_whom_to_ask(
    reading: Visitor, store: Store, merchant: Merchant
) -> None:
    assert reading.get("/stores/1003").status_code == 200
    refused = reading.post("/stores/1003/sync")

    assert refused.status_code == 403
    assert "Your role is read-only" in page_text(refused)
    assert "Ask the owner or a manager of this store: " in page_text(refused)
    assert merchant.email in page_text(refused)
    assert "Sync now" not in page_text(reading.get("/stores/1003"))
    assert "New order" not in page_text(reading.get("/stores/1003/orders"))


def test_refusal_names_the_managers_as_well_if_they_may_do_it(
    reading: Visitor, store: Store, merchant: Merchant
) -> None:
    bob = make_merchant(email="bob@example.com", name="Bob Baker")
    Membership.create(merchant=bob, store=store, role=Role.MANAGER)

    for_managers = page_text(reading.post("/stores/1003/sync"))
    for_the_owner = page_text(reading.get("/stores/1003/disconnect"))

    assert f"manager of this store: {merchant.email} or Bob Baker. Nothing" in for_managers
    assert f"Ask the owner of this store: {merchant.email}. Nothing" in for_the_owner
    assert "rita@example.com" not in for_managers


def test_demotion_takes_effect_with_the_next_request(
    browser: Visitor, reader: Merchant, reading: Visitor
) -> None:
    browser.post(f"{place_of(reader)}/role", role="manager")
    allowed = reading.post("/stores/1003/check-connection").status_code
    browser.post(f"{place_of(reader)}/role", role="read_only")
    refused = reading.post("/stores/1003/check-connection").status_code

    assert (allowed, refused) == (303, 403)


def test_read_only_member_may_leave(reading: Visitor, reader: Merchant) -> None:
    assert "lose access" in page_text(reading.get(f"{place_of(reader)}/remove"))

    reading.post(f"{place_of(reader)}/remove")

    assert Membership.role_of(reader, 1003) is None


def test_key_of_a_read_only_member_reads_and_writes_nothing(
    app: Flask, store: Store, reader: Merchant, runtime: Runtime
) -> None:
    make_grant(store, runtime.sealer)
    made = create_key(reader, "theirs", KeyScope)
    assert made is not None
    caller = Caller(app, made.text)

    assert caller.get("/stores/1003/orders").status_code == 200
    for path in ("/stores/1003/quotes", "/stores/1003/orders", "/stores/1003/runs"):
        refused = caller.post(path, {})
        assert refused.status_code == 403, path
        assert refused.json["title"] == caller.post("/stores/1003/orders", {}).json["title"]
    [listed] = caller.get("/stores").json["items"]
    assert "write_orders" not in listed["scopes"]
    assert "run_syncs" not in listed["scopes"]
    assert "read_orders" in listed["scopes"]


def test_key_follows_each_change_of_the_role_at_once(
    app: Flask, store: Store, reader: Merchant, browser: Visitor, runtime: Runtime
) -> None:
    make_grant(store, runtime.sealer)
    made = create_key(reader, "theirs", KeyScope)
    assert made is not None
    caller = Caller(app, made.text)

    browser.post(f"{place_of(reader)}/role", role="manager")
    as_manager = caller.post("/stores/1003/orders", {}).status_code
    sender = f"channel {made.key.channel_id}"
    may_finish = has_access(1003, sender)
    browser.post(f"{place_of(reader)}/role", role="read_only")

    assert as_manager != 403
    assert caller.post("/stores/1003/orders", {}).status_code == 403
    assert (may_finish, has_access(1003, sender)) == (True, False)
    assert "write_orders" in ChannelConsent.get(ChannelConsent.store == 1003).scopes


def test_team_page_shows_when_each_member_was_last_seen(
    browser: Visitor, reader: Merchant, app: Flask
) -> None:
    assert "rita@example.com No two-step verification Read-only just now Not signed in" in (
        page_text(browser.get(TEAM))
    )

    Visitor(app).force_login(reader)

    assert "Read-only just now just now" in page_text(browser.get(TEAM))


@pytest.mark.parametrize(("role", "name"), [("manager", "Manager"), ("read_only", "Read-only")])
def test_invitation_says_which_role_it_gives(
    app: Flask, browser: Visitor, runtime: Runtime, store: Store, role: str, name: str
) -> None:
    eve = make_merchant(email="eve@example.com")
    browser.post(f"{TEAM}/invitations", email=eve.email, role=role)
    (mail,) = sent_emails(runtime)

    pages = [Visitor(app).get(link_from(mail)), Visitor(app).force_login(eve).get("/stores")]

    for page in pages:
        assert f"Role: {name}" in page_text(page)
        assert ("can't change anything" in page_text(page)) == (role == "read_only")
        assert ("control syncing" in page_text(page)) == (role == "manager")
