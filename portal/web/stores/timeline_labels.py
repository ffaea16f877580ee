"""Titles of timeline entries and labels of the facts that they show."""

from __future__ import annotations

from collections.abc import Mapping

from portal.i18n import N_
from portal.rules.connection.connection_events import ConnectionEvent
from portal.services.operator.support_views import SUPPORT_VIEWED

TIMELINE_LABELS: Mapping[str, str] = {
    ConnectionEvent.CONSENT_GRANTED: N_("Access allowed in Ecwid"),
    ConnectionEvent.CHECK_PASSED: N_("Store connected"),
    ConnectionEvent.PLAN_LIMITED: N_("Store connected; the plan doesn't include some features"),
    ConnectionEvent.SCOPES_MISSING: N_("Stopped: permissions are missing"),
    ConnectionEvent.PLAN_BLOCKED: N_("Stopped: the plan has no API access"),
    ConnectionEvent.SUSPENDED: N_("Stopped: the store is paused or suspended in Ecwid"),
    ConnectionEvent.TOKEN_DEAD: N_("Stopped: Ecwid no longer accepts our access"),
    ConnectionEvent.TOKEN_UNREADABLE: N_("Stopped: we can no longer decrypt our access"),
    ConnectionEvent.UNINSTALLED: N_("Stopped: our app was removed from the store"),
    ConnectionEvent.INSTALLED: N_("Our app was installed again; access isn't allowed yet"),
    ConnectionEvent.DISCONNECTED: N_("Disconnected"),
    "issue_opened": N_("Issue opened"),
    "issue_resolved": N_("Issue resolved"),
    "issue_reopened": N_("Issue reopened"),
    "store_changed": N_("Store settings changed in Ecwid"),
    "token_replaced": N_("Someone else allowed access in Ecwid; we continue with it"),
    "webhooks_registered": N_("Webhooks turned on"),
    "webhooks_repaired": N_("Webhooks set up again"),
    "webhooks_removed": N_("Webhooks turned off"),
    "caught_up": N_("Caught up on missed changes"),
    "erasure_requested": N_("Data erasure requested"),
    "store_data_erased": N_("Synced data erased"),
    "member_invited": N_("Team member invited"),
    "member_joined": N_("Team member joined"),
    "invitation_declined": N_("Team invitation declined"),
    "invitation_withdrawn": N_("Team invitation canceled"),
    "member_left": N_("Team member left"),
    "member_removed": N_("Team member removed"),
    "member_role_changed": N_("Team member's role changed"),
    SUPPORT_VIEWED: N_("Support viewed this store"),
    "owner_changed": N_("Ownership transferred"),
    "team_factor_required": N_("Two-step verification required for the team"),
    "team_factor_optional": N_("Two-step verification no longer required for the team"),
}
# Facts of a store whose changes appear in the timeline.
STORE_FIELD_LABELS: Mapping[str, str] = {
    "name": N_("Name"),
    "url": N_("Address"),
    "currency": N_("Currency"),
    "timezone": N_("Time zone"),
    "plan_name": N_("Plan"),
    "is_closed": N_("Storefront"),
}


def timeline_label(what: str) -> str:
    """Return the title of a timeline entry; an unknown name is shown as words."""
    return TIMELINE_LABELS.get(what, what.replace("_", " ").capitalize())
