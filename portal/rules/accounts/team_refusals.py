"""Reasons why a change to a store's team is refused, with the texts that explain them."""

from __future__ import annotations

from enum import StrEnum

from portal.i18n import N_

# Keeps the team on one page, and keeps the portal from being used for bulk e-mail.
TEAM_LIMIT = 50


class TeamRefusal(StrEnum):
    """Reason why a change to a team is refused; `TEAM_REFUSALS` has its text."""

    ALREADY_MEMBER = "is_member"
    TEAM_FULL = "team_full"
    INVITATION_GONE = "is_gone"
    NOT_STAFF = "not_staff"
    OWNER_CANNOT_LEAVE = "owner_stays"
    OWNER_WITHOUT_FACTOR = "owner_without_factor"


TEAM_REFUSALS: dict[str, str] = {
    TeamRefusal.ALREADY_MEMBER: N_("Whoever signs in with this address is in the team already."),
    TeamRefusal.TEAM_FULL: N_(
        "A team has 50 people at most, invitations included. Remove or withdraw one first."
    ),
    TeamRefusal.INVITATION_GONE: N_(
        "This invitation is no longer there: it was answered or withdrawn."
    ),
    TeamRefusal.NOT_STAFF: N_("This person is no longer in the team, or owns the store now."),
    TeamRefusal.OWNER_CANNOT_LEAVE: N_("The owner can't leave. Hand the store over first."),
    TeamRefusal.OWNER_WITHOUT_FACTOR: N_(
        "You have no second factor yourself, so you would not see the store. Set yours up first."
    ),
}
