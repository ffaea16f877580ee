"""Name why a store's team can't be changed as asked, and what helps."""

from __future__ import annotations

from enum import StrEnum

from portal.i18n import marked

# So that a team's page stays a page, and nobody sends letters in bulk through us.
TEAM_LIMIT = 50


class TeamRefusal(StrEnum):
    """Name the reason; `TEAM_REFUSALS` says it in words."""

    IS_MEMBER = "is_member"
    TEAM_FULL = "team_full"
    IS_GONE = "is_gone"
    NOT_STAFF = "not_staff"
    OWNER_STAYS = "owner_stays"


TEAM_REFUSALS: dict[str, str] = {
    TeamRefusal.IS_MEMBER: marked("Whoever signs in with this address is in the team already."),
    TeamRefusal.TEAM_FULL: marked(
        "A team has 50 people at most, invitations included. Remove or withdraw one first."
    ),
    TeamRefusal.IS_GONE: marked(
        "This invitation is no longer there: it was answered or withdrawn."
    ),
    TeamRefusal.NOT_STAFF: marked("This person is no longer in the team, or owns the store now."),
    TeamRefusal.OWNER_STAYS: marked("The owner can't leave. Hand the store over first."),
}
