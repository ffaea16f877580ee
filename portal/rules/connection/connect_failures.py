"""Name how far a merchant is on the way to a connected store, and say what comes next.

Also holds the guard against a consent that never gives enough: after two rounds that left
permissions out, asking again would only lead in a circle.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from portal.i18n import marked

LINK_GOOD_FOR = timedelta(days=7)
ROUNDS_LIMIT = 2


class ConnectStep(StrEnum):
    """Name how far a connect is."""

    INVITED = "invited"  # a link was made, and nobody has gone on with it
    AT_ECWID = "at_ecwid"  # sent to Ecwid's consent page, and not back yet
    REFUSED = "refused"  # back, but something is in the way
    CONNECTED = "connected"


@dataclass(frozen=True)
class Obstacle:
    """Hold what a merchant is told of the last try, and what an operator can do about it."""

    told: str
    remedy: str


# By the name of the page that explained it: a template of `templates/connect/`.
OBSTACLES: dict[str, Obstacle] = {
    "denied": Obstacle(
        marked("Last time you didn't allow access. You may try again at any time."),
        marked("Ask what kept them from allowing access, and explain why it is needed."),
    ),
    "foreign": Obstacle(
        marked("Last time you finished in another browser or too late. Begin anew here."),
        marked("Nothing yet: they can try again. Ask them to finish in one browser."),
    ),
    "mismatch": Obstacle(
        marked("Last time Ecwid named two different stores. Begin anew and choose the store."),
        marked("Nothing yet: they can try again. If it comes again, ask Ecwid's support."),
    ),
    "another_store": Obstacle(
        marked("Last time you allowed another store. Sign in at Ecwid as this store's owner."),
        marked("They allowed another store than the one to reconnect. Say which one is meant."),
    ),
    "taken": Obstacle(
        marked("The store you allowed belongs to another account of this portal."),
        marked("Find out which of the two accounts shall have the store."),
    ),
    "erasing": Obstacle(
        marked("The store's old copy was still being erased. Try again now."),
        marked("Nothing: they can try again as soon as the old copy is erased."),
    ),
    "token_refused": Obstacle(
        marked("Last time Ecwid didn't hand over the access. Try again."),
        marked("Compare ECWID_CLIENT_ID and ECWID_CLIENT_SECRET with the app's page at Ecwid."),
    ),
    "profile_refused": Obstacle(
        marked("Last time Ecwid didn't show us the store. Leave all permissions ticked."),
        marked("Ask them to leave all permissions ticked; the log says what Ecwid answered."),
    ),
    "unreachable": Obstacle(
        marked("Last time Ecwid didn't answer. Try again."),
        marked("Nothing: Ecwid didn't answer. Look whether this machine reaches it."),
    ),
    "scopes_missing": Obstacle(
        marked("Last time some permissions were left out. We need all eight."),
        marked("Ask them to leave all permissions ticked on Ecwid's page."),
    ),
    "circle": Obstacle(
        marked("Twice some permissions were left out. Remove the app at Ecwid, then begin anew."),
        marked(
            "Look whether Ecwid has all eight permissions set up for the app. If it has, the "
            "merchant removes the app at Ecwid and connects anew."
        ),
    ),
    "plan_blocked": Obstacle(
        marked("The store's plan had no API access. You need Venture or higher."),
        marked("The store needs Venture or a higher plan."),
    ),
    "suspended": Obstacle(
        marked("Ecwid had suspended the store. Settle it with Ecwid, then try again."),
        marked("Ecwid has suspended the store; its owner has to settle it with Ecwid."),
    ),
}

_REMEDIES: dict[str, str] = {
    ConnectStep.INVITED: marked("Ask whether the link has arrived. It is good until it expires."),
    ConnectStep.AT_ECWID: marked(
        "Nothing for a quarter of an hour: they are on Ecwid's page. After that, ask what kept "
        "them; they can begin anew where they stopped."
    ),
}
EXPIRED_REMEDY = marked("The link is no longer good. Make a new one if they still want to connect.")


def remedy_of(step: str, problem: str | None, *, is_expired: bool) -> str:
    """Return what an operator can do about an unfinished connect."""
    if is_expired:
        return EXPIRED_REMEDY
    if step == ConnectStep.REFUSED and problem in OBSTACLES:
        return OBSTACLES[problem].remedy
    return _REMEDIES.get(step, _REMEDIES[ConnectStep.AT_ECWID])


def goes_in_circles(rounds: int) -> bool:
    """Tell whether so many consents in a row without all permissions are enough."""
    return rounds >= ROUNDS_LIMIT
