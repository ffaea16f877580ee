"""Changes to a store's team; each is recorded in the store's timeline and in the audit log.

A store always has exactly one owner: the database refuses a second one, and no function here
removes the last one. Each statement includes the expected role, so concurrent changes can't break
this.
"""

from __future__ import annotations

from collections.abc import Sequence

import structlog

from portal.errors import TeamRefusedError
from portal.models import (
    HAS_SECOND_FACTOR,
    AuditLogEntry,
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
    """Return the store's team with their merchants: the owner, then staff in order of joining.

    Their ``has_second_factor`` says whether the person has one.
    """
    has_factor = HAS_SECOND_FACTOR.alias("has_second_factor")
    members = (
        Membership.select(Membership, Merchant, has_factor)
        .join(Merchant)
        .where(Membership.store == store)
    )
    # Sorts by the role's text: "owner" comes before "staff".
    return list(members.order_by(Membership.role, Membership.id))


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
    """Remove a member of staff from the team; ``actor`` is the owner, or the member who leaves.

    Raises TeamRefusedError for the owner and for somebody who already left.
    """
    leaves = member.merchant_id == actor.id
    with database.atomic():
        gone = (
            Membership.delete()
            .where(Membership.id == member.id, Membership.role == Role.STAFF)
            .execute()
        )
        if not gone:
            is_owner = leaves and Membership.role_of(actor, store.id) is Role.OWNER
            raise TeamRefusedError(
                store.id, TeamRefusal.OWNER_CANNOT_LEAVE if is_owner else TeamRefusal.NOT_STAFF
            )
        leave_store(member.merchant_id, store.id, actor)
        what = AuditAction.MEMBER_LEFT if leaves else AuditAction.MEMBER_REMOVED
        TimelineEntry.record(store.id, what, actor, merchant=member.merchant_id)
        AuditLogEntry.record(
            store.id,
            what,
            f"merchant {member.merchant_id}",
            actor=actor,
            before={"role": Role.STAFF},
        )
    log.info("team.member_removed", store=store.id, merchant=member.merchant_id, by=actor.id)


def transfer_ownership(store: Store, member: Membership, owner: Merchant) -> None:
    """Make a member of staff the owner; the previous owner becomes staff.

    Raises TeamRefusedError if the member is no longer staff, or ``owner`` no longer the owner.
    """
    if member.merchant_id == owner.id:
        raise TeamRefusedError(store.id, TeamRefusal.NOT_STAFF)
    with database.atomic():
        # In this order, because the unique index allows no second owner at any moment.
        left = _change_role(Membership.merchant == owner, store, Role.OWNER, Role.STAFF)
        came = left and _change_role(Membership.id == member.id, store, Role.STAFF, Role.OWNER)
        if not came:
            raise TeamRefusedError(store.id, TeamRefusal.NOT_STAFF)
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


def _change_role(chosen: object, store: Store, role: Role, new_role: Role) -> bool:
    changed: int = (
        Membership.update(role=new_role)
        .where(chosen, Membership.store == store, Membership.role == role)
        .execute()
    )
    return changed == 1
