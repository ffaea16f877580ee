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
    NOT_A_MEMBER = "not_a_member"
    OWNER_CANNOT_LEAVE = "owner_stays"
    OWNER_WITHOUT_FACTOR = "owner_without_factor"


TEAM_REFUSALS: dict[str, str] = {
    TeamRefusal.ALREADY_MEMBER: N_("A person with this email address is already on the team."),
    TeamRefusal.TEAM_FULL: N_(
        "A team can have up to 50 people, including invitations. Remove a person or "
        "cancel an invitation first."
    ),
    TeamRefusal.INVITATION_GONE: N_("This invitation was already answered or canceled."),
    TeamRefusal.NOT_A_MEMBER: N_(
        "This person is no longer on the team, or owns the store now. Reload the page."
    ),
    TeamRefusal.OWNER_CANNOT_LEAVE: N_("The owner can't leave. Transfer ownership first."),
    TeamRefusal.OWNER_WITHOUT_FACTOR: N_(
        "Set up two-step verification for your own account first. Without it, you "
        "couldn't open the store."
    ),
}
