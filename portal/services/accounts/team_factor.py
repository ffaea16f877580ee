"""Second factors that the owner of a store requires of its team.

While one is required, members without it reach the store neither by pages nor by their own keys and
endpoints: see `portal.web.accounts.required_factor` and `portal.services.channels.reach`.
"""

from __future__ import annotations

import structlog

from portal.errors import TeamRefusedError
from portal.models import AuditLogEntry, Merchant, Store, TimelineEntry, database
from portal.rules.accounts.audit_actions import AuditAction
from portal.rules.accounts.team_refusals import TeamRefusal
from portal.services.accounts.second_factor import has_second_factor

log = structlog.get_logger(__name__)


def require_factor_of_team(store: Store, owner: Merchant, *, is_required: bool) -> bool:
    """Require a second factor of the store's team, or no longer; return False if it was so before.

    Raises TeamRefusedError if the owner, who would be shut out, has none.
    """
    if is_required and not has_second_factor(owner):
        raise TeamRefusedError(store.id, TeamRefusal.OWNER_WITHOUT_FACTOR)
    what = AuditAction.TEAM_FACTOR_REQUIRED if is_required else AuditAction.TEAM_FACTOR_OPTIONAL
    with database.atomic():
        is_changed = (
            Store.update(requires_second_factor=is_required)
            .where(Store.id == store.id, Store.requires_second_factor != is_required)
            .execute()
        )
        if not is_changed:
            return False
        TimelineEntry.record(store.id, what, owner)
        AuditLogEntry.record(store.id, what, f"store {store.id}", actor=owner)
    store.requires_second_factor = is_required
    log.info("team.factor_required", store=store.id, required=is_required, by=owner.id)
    return True
