"""Say in words what happened to a store, for each name that its timeline knows."""

from __future__ import annotations

from collections.abc import Mapping

from portal.i18n import marked
from portal.rules.connection.connection_events import ConnectionEvent

HAPPENINGS: Mapping[str, str] = {
    ConnectionEvent.CONSENT_GRANTED: marked("Access was granted at Ecwid"),
    ConnectionEvent.FOUND_WELL: marked("The store works"),
    ConnectionEvent.PLAN_LIMITED: marked("The store works, on a plan without some functions"),
    ConnectionEvent.SCOPES_MISSING: marked("Stopped: permissions are missing"),
    ConnectionEvent.PLAN_BLOCKED: marked("Stopped: the plan has no API access"),
    ConnectionEvent.SUSPENDED: marked("Stopped: Ecwid has suspended the store"),
    ConnectionEvent.TOKEN_DEAD: marked("Stopped: Ecwid no longer accepts our access"),
    ConnectionEvent.TOKEN_UNREADABLE: marked("Stopped: our access can't be opened any more"),
    ConnectionEvent.UNINSTALLED: marked("Stopped: our app was removed from the store"),
    ConnectionEvent.INSTALLED: marked("Our app was installed again; access is yet to be granted"),
    ConnectionEvent.DISCONNECTED: marked("Disconnected"),
    "issue_opened": marked("Issue opened"),
    "issue_resolved": marked("Issue over"),
    "store_changed": marked("Changed at Ecwid"),
    "webhooks_registered": marked("Ecwid was asked to tell us of changes"),
    "webhooks_repaired": marked("Ecwid was asked anew to tell us of changes"),
    "webhooks_removed": marked("Ecwid was asked to tell us no more"),
    "caught_up": marked("What was missed has been caught up"),
    "erasure_asked": marked("Erasing the copy was asked for"),
    "copy_erased": marked("The copy was erased"),
    "member_invited": marked("Somebody was invited to the team"),
    "member_joined": marked("Somebody joined the team"),
    "invitation_declined": marked("An invitation to the team was declined"),
    "invitation_withdrawn": marked("An invitation to the team was taken back"),
    "member_left": marked("Somebody left the team"),
    "member_removed": marked("Somebody was taken out of the team"),
    "owner_changed": marked("The store has another owner here"),
}
# What of a store is told when it changes.
FACTS: Mapping[str, str] = {
    "name": marked("Name"),
    "url": marked("Address"),
    "currency": marked("Currency"),
    "timezone": marked("Time zone"),
    "plan_name": marked("Plan"),
}


def happening(what: str) -> str:
    """Return what happened, in words; a name that is new here as it stands."""
    return HAPPENINGS.get(what, what.replace("_", " ").capitalize())
