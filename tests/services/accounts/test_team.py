"""Team changes: a store always has one owner, and each change is recorded."""

from __future__ import annotations

from datetime import timedelta

import pytest
from peewee import IntegrityError

from portal.errors import TeamRefusedError
from portal.models import (
    AuditLogEntry,
    Membership,
    Merchant,
    Role,
    Store,
    StoreInvitation,
    TimelineEntry,
    utc_now,
)
from portal.rules.accounts.team_refusals import TEAM_LIMIT, TEAM_REFUSALS, TeamRefusal
from portal.services.accounts.invitations import (
    accept,
    decline,
    invitation_by_token,
    invitations_of,
    invitations_to,
    invite,
    withdraw,
)
from portal.services.accounts.team import member_of, members_of, remove_member, transfer_ownership
from tests.factories import make_merchant, make_store


@pytest.fixture
def bob(store: Store) -> Merchant:
    """A member of staff."""
    bob = make_merchant(email="bob@example.com")
    Membership.create(merchant=bob, store=store, role=Role.MANAGER)
    return bob


def place_of(merchant: Merchant, store: Store) -> Membership:
    found = next(row for row in members_of(store) if row.merchant_id == merchant.id)
    assert member_of(store, found.id) == found
    return found


def roles(store: Store) -> dict[str, str]:
    return {member.merchant.email: member.role for member in members_of(store)}


def test_every_refusal_has_a_text() -> None:
    assert set(TEAM_REFUSALS) == set(TeamRefusal)


def test_store_cannot_have_a_second_owner(store: Store, bob: Merchant) -> None:
    with pytest.raises(IntegrityError):
        Membership.update(role=Role.OWNER).where(Membership.merchant == bob).execute()


def test_handing_over_swaps_the_roles_and_is_recorded(
    store: Store, merchant: Merchant, bob: Merchant
) -> None:
    transfer_ownership(store, place_of(bob, store), merchant)

    assert roles(store) == {"bob@example.com": "owner", "ada@example.com": "manager"}
    assert [(row.what, row.actor, row.detail) for row in TimelineEntry.select()] == [
        ("owner_changed", merchant, {"merchant": bob.id})
    ]
    audit = AuditLogEntry.get()
    assert (audit.before, audit.after) == ({"owner": merchant.id}, {"owner": bob.id})


def test_only_the_first_of_two_concurrent_hand_overs_succeeds(
    store: Store, merchant: Merchant, bob: Merchant
) -> None:
    eve = make_merchant(email="eve@example.com")
    Membership.create(merchant=eve, store=store, role=Role.MANAGER)
    to_bob, to_eve = place_of(bob, store), place_of(eve, store)
    transfer_ownership(store, to_bob, merchant)

    for late in (to_eve, to_bob):
        with pytest.raises(TeamRefusedError, match="not a member"):
            transfer_ownership(store, late, merchant)

    assert roles(store)["bob@example.com"] == "owner"


def test_store_is_not_handed_to_a_member_who_has_left(
    store: Store, merchant: Merchant, bob: Merchant
) -> None:
    place = place_of(bob, store)
    remove_member(store, place, bob)

    with pytest.raises(TeamRefusedError):
        transfer_ownership(store, place, merchant)

    assert roles(store) == {"ada@example.com": "owner"}
    assert [row.what for row in TimelineEntry.select()] == ["member_left"]


def test_owner_cannot_be_removed_and_cannot_leave(
    store: Store, merchant: Merchant, bob: Merchant
) -> None:
    stale = place_of(bob, store)
    transfer_ownership(store, stale, merchant)

    with pytest.raises(TeamRefusedError, match="not a member"):
        remove_member(store, stale, merchant)
    with pytest.raises(TeamRefusedError, match="owner stays"):
        remove_member(store, stale, bob)

    assert len(members_of(store)) == 2


def test_removed_member_loses_access(store: Store, merchant: Merchant, bob: Merchant) -> None:
    remove_member(store, place_of(bob, store), merchant)

    assert Membership.store_of(bob, store.id) is None
    assert AuditLogEntry.get().action == "member_removed"


def test_invitation_works_once(store: Store, merchant: Merchant) -> None:
    eve = make_merchant(email="eve@example.com")
    invited = invite(store, merchant, " Eve@Example.com")
    found = invitation_by_token(invited.token)
    assert found is not None
    assert invitations_to(eve) == invitations_of(store) == [found]
    assert invited.token not in (found.token_digest, found.email)

    accept(found, eve)

    assert roles(store)["eve@example.com"] == "manager"
    assert invitation_by_token(invited.token) is None
    with pytest.raises(TeamRefusedError, match="is gone"):
        accept(found, eve)
    assert [row.what for row in TimelineEntry.select().order_by(TimelineEntry.id)] == [
        "member_invited",
        "member_joined",
    ]
    assert "eve@" not in repr([(row.detail,) for row in TimelineEntry.select()])


def test_invitation_expires_and_can_be_sent_again(store: Store, merchant: Merchant) -> None:
    eve = make_merchant(email="eve@example.com")
    first = invite(store, merchant, eve.email)
    StoreInvitation.update(expires_at=utc_now() - timedelta(seconds=1)).execute()
    assert invitation_by_token(first.token) is None
    assert invitations_to(eve) == []
    assert not invitations_of(store)[0].is_valid

    second = invite(store, merchant, eve.email)

    assert second.invitation == first.invitation
    assert invitation_by_token(first.token) is None
    assert invitation_by_token(second.token) is not None


def test_invitation_is_withdrawn_or_declined_only_once(store: Store, merchant: Merchant) -> None:
    eve = make_merchant(email="eve@example.com")
    first = invite(store, merchant, eve.email).invitation
    withdraw(store, first.id, merchant)
    second = invite(store, merchant, eve.email).invitation
    decline(second, eve)

    with pytest.raises(TeamRefusedError):
        withdraw(store, second.id, merchant)
    with pytest.raises(TeamRefusedError):
        decline(second, eve)

    assert Membership.store_of(eve, store.id) is None
    assert [row.what for row in TimelineEntry.select().order_by(TimelineEntry.id)][1::2] == [
        "invitation_withdrawn",
        "invitation_declined",
    ]


def test_invitation_of_another_store_cannot_be_withdrawn(store: Store, merchant: Merchant) -> None:
    other = make_store(make_merchant(email="eve@example.com"), id=2004)
    invitation = invite(other, merchant, "bob@example.com").invitation

    with pytest.raises(TeamRefusedError):
        withdraw(store, invitation.id, merchant)


def test_unconfirmed_address_sees_no_invitation(store: Store, merchant: Merchant) -> None:
    invite(store, merchant, "eve@example.com")

    assert invitations_to(make_merchant(email="eve@example.com", verified_at=None)) == []


def test_team_member_is_not_invited_and_keeps_the_role(store: Store, merchant: Merchant) -> None:
    with pytest.raises(TeamRefusedError, match="is member"):
        invite(store, merchant, "ADA@example.com")
    invitation = invite(store, merchant, "bob@example.com").invitation

    accept(invitation, merchant)

    assert roles(store) == {"ada@example.com": "owner"}


def test_team_has_a_size_limit(store: Store, merchant: Merchant) -> None:
    for number in range(TEAM_LIMIT - 1):
        invite(store, merchant, f"{number}@example.com")

    invite(store, merchant, "0@example.com")
    with pytest.raises(TeamRefusedError, match="team full"):
        invite(store, merchant, "more@example.com")
