"""Changes to a store's team; each is recorded in the store's timeline and in the audit log.

A store always has exactly one owner: the database refuses a second one, and no function here
removes the last one. Each statement includes the expected role, so concurrent changes can't break
this.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

import structlog
from peewee import Case, fn

from portal.errors import TeamRefusedError
from portal.models import (
    GIVEN_ROLES,
    HAS_SECOND_FACTOR,
    AuditLogEntry,
    BrowserSession,
    Membership,
    Merchant,
    Role,
    Store,
    TimelineEntry,
    database,
)
from portal.rules.accounts.audit_actions import AuditAction
from portal.rules.accounts.team_refusals import TeamRefusal
from portal.services.channels.own_channels import leave_store

log = structlog.get_logger(__name__)


def members_of(store: Store) -> Sequence[Membership]:
    """Return the store's team with their merchants: the owner, then the others as they joined.

    Their ``has_second_factor`` says whether the person has one; ``last_seen_at`` is the last visit
    in a browser that is still signed in, to ten minutes, or None.
    """
    has_factor = HAS_SECOND_FACTOR.alias("has_second_factor")
    members = (
        Membership.select(Membership, Merchant, has_factor)
        .join(Merchant)
        .where(Membership.store == store)
    )
    owner_first = Case(None, [(Membership.role == Role.OWNER, 0)], 1)
    team = list(members.order_by(owner_first, Membership.id))
    seen = last_seen_of([member.merchant_id for member in team])
    for member in team:
        member.last_seen_at = seen.get(member.merchant_id)
    return team


def names_of_members(store_id: int, roles: Collection[Role], limit: int) -> list[str]:
    """Return the names of members with one of the roles: the owner, then as they joined."""
    owner_first = Case(None, [(Membership.role == Role.OWNER, 0)], 1)
    members = (
        Membership.select(Membership, Merchant)
        .join(Merchant)
        .where(Membership.store == store_id, Membership.role.in_(list(roles)))
        .order_by(owner_first, Membership.id)
    )
    return [member.merchant.display_name for member in members.limit(limit)]


def last_seen_of(merchant_ids: Collection[int]) -> dict[int, datetime]:
    """Return the last visit of each merchant who has a session."""
    rows = (
        BrowserSession.select(
            BrowserSession.merchant, fn.MAX(BrowserSession.last_seen_at).alias("last_seen_at")
        )
        .where(BrowserSession.merchant.in_(merchant_ids))
        .group_by(BrowserSession.merchant)
    )
    return {row.merchant_id: row.last_seen_at for row in rows}


def member_of(store: Store, member_id: int) -> Membership | None:
    """Return one membership of the store with its merchant, or None."""
    found: Membership | None = (
        Membership.select(Membership, Merchant)
        .join(Merchant)
        .where(Membership.store == store, Membership.id == member_id)
        .first()
    )
    return found


def remove_member(store: Store, member: Membership, actor: Merchant) -> None:
    """Remove a member from the team; ``actor`` is the owner, or the member who leaves.

    Raises TeamRefusedError for the owner and for somebody who already left.
    """
    leaves = member.merchant_id == actor.id
    with database.atomic():
        gone = (
            Membership.delete()
            .where(Membership.id == member.id, Membership.role != Role.OWNER)
            .execute()
        )
        if not gone:
            is_owner = leaves and Membership.role_of(actor, store.id) is Role.OWNER
            raise TeamRefusedError(
                store.id, TeamRefusal.OWNER_CANNOT_LEAVE if is_owner else TeamRefusal.NOT_A_MEMBER
            )
        leave_store(member.merchant_id, store.id, actor)
        what = AuditAction.MEMBER_LEFT if leaves else AuditAction.MEMBER_REMOVED
        TimelineEntry.record(store.id, what, actor, merchant=member.merchant_id)
        AuditLogEntry.record(
            store.id,
            what,
            f"merchant {member.merchant_id}",
            actor=actor,
            before={"role": member.role},
        )
    log.info("team.member_removed", store=store.id, merchant=member.merchant_id, by=actor.id)


def transfer_ownership(store: Store, member: Membership, owner: Merchant) -> None:
    """Make a member the owner; the previous owner becomes a manager.

    Raises TeamRefusedError if the member has left, or ``owner`` is no longer the owner.
    """
    if member.merchant_id == owner.id:
        raise TeamRefusedError(store.id, TeamRefusal.NOT_A_MEMBER)
    with database.atomic():
        # In this order, because the unique index allows no second owner at any moment.
        left = _set_role(Membership.merchant == owner, store, {Role.OWNER}, Role.MANAGER)
        came = left and _set_role(Membership.id == member.id, store, GIVEN_ROLES, Role.OWNER)
        if not came:
            raise TeamRefusedError(store.id, TeamRefusal.NOT_A_MEMBER)
        TimelineEntry.record(
            store.id, AuditAction.OWNER_CHANGED, owner, merchant=member.merchant_id
        )
        AuditLogEntry.record(
            store.id,
            AuditAction.OWNER_CHANGED,
            f"store {store.id}",
            actor=owner,
            before={"owner": owner.id},
            after={"owner": member.merchant_id},
        )
    log.info("team.owner_changed", store=store.id, was=owner.id, now=member.merchant_id)


def change_role(store: Store, member: Membership, role: Role, owner: Merchant) -> bool:
    """Give a member another role, effective with their next request; return whether it changed.

    Raises TeamRefusedError for the owner and for somebody who already left.
    """
    if role == member.role:
        return False
    with database.atomic():
        if not _set_role(
            Membership.id == member.id, store, {Role(member.role)} - {Role.OWNER}, role
        ):
            raise TeamRefusedError(store.id, TeamRefusal.NOT_A_MEMBER)
        what = AuditAction.MEMBER_ROLE_CHANGED
        TimelineEntry.record(
            store.id, what, owner, merchant=member.merchant_id, roles=[member.role, role]
        )
        AuditLogEntry.record(
            store.id,
            what,
            f"merchant {member.merchant_id}",
            actor=owner,
            before={"role": member.role},
            after={"role": role},
        )
    log.info("team.role_changed", store=store.id, merchant=member.merchant_id, role=role)
    return True


def _set_role(chosen: object, store: Store, roles: Collection[Role], new_role: Role) -> bool:
    changed: int = (
        Membership.update(role=new_role)
        .where(chosen, Membership.store == store, Membership.role.in_(list(roles)))
        .execute()
    )
    return changed == 1
