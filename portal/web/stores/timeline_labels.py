"""Titles of timeline entries and labels of the facts that they show."""

from __future__ import annotations

from collections.abc import Mapping

from portal.i18n import N_
from portal.rules.connection.connection_events import ConnectionEvent
from portal.services.operator.support_views import SUPPORT_VIEWED

TIMELINE_LABELS: Mapping[str, str] = {
    ConnectionEvent.CONSENT_GRANTED: N_("Access was granted at Ecwid"),
    ConnectionEvent.CHECK_PASSED: N_("The store works"),
    ConnectionEvent.PLAN_LIMITED: N_("The store works, on a plan without some functions"),
    ConnectionEvent.SCOPES_MISSING: N_("Stopped: permissions are missing"),
    ConnectionEvent.PLAN_BLOCKED: N_("Stopped: the plan has no API access"),
    ConnectionEvent.SUSPENDED: N_("Stopped: the store is paused or suspended in Ecwid"),
    ConnectionEvent.TOKEN_DEAD: N_("Stopped: Ecwid no longer accepts our access"),
    ConnectionEvent.TOKEN_UNREADABLE: N_("Stopped: our access can't be opened any more"),
    ConnectionEvent.UNINSTALLED: N_("Stopped: our app was removed from the store"),
    ConnectionEvent.INSTALLED: N_("Our app was installed again; access is yet to be granted"),
    ConnectionEvent.DISCONNECTED: N_("Disconnected"),
    "issue_opened": N_("Issue opened"),
    "issue_resolved": N_("Issue over"),
    "store_changed": N_("Changed at Ecwid"),
    "token_replaced": N_("Somebody else allowed access at Ecwid; we continue with it"),
    "webhooks_registered": N_("Ecwid was asked to tell us of changes"),
    "webhooks_repaired": N_("Ecwid was asked anew to tell us of changes"),
    "webhooks_removed": N_("Ecwid was asked to tell us no more"),
    "caught_up": N_("What was missed has been caught up"),
    "erasure_requested": N_("Erasing the copy was asked for"),
    "store_data_erased": N_("The copy was erased"),
    "member_invited": N_("Somebody was invited to the team"),
    "member_joined": N_("Somebody joined the team"),
    "invitation_declined": N_("An invitation to the team was declined"),
    "invitation_withdrawn": N_("An invitation to the team was taken back"),
    "member_left": N_("Somebody left the team"),
    "member_removed": N_("Somebody was taken out of the team"),
    SUPPORT_VIEWED: N_("Support looked at this store"),
    "owner_changed": N_("The store has another owner here"),
    "team_factor_required": N_("A second factor was required of the team"),
    "team_factor_optional": N_("A second factor is no longer required of the team"),
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
