"""Steps and failure reasons of a connect attempt, and the texts that explain them.

Also detects consent loops: after two consents with missing scopes, asking again would not help.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from portal.i18n import N_

LINK_TTL = timedelta(days=7)
INCOMPLETE_CONSENTS_LIMIT = 2


class ConnectStep(StrEnum):
    """Step that a connect attempt has reached."""

    INVITED = "invited"  # the link exists; nobody has continued from it
    AT_ECWID = "at_ecwid"  # sent to Ecwid's consent page, and not back yet
    REFUSED = "refused"  # back from Ecwid, but the connect attempt failed
    CONNECTED = "connected"


@dataclass(frozen=True)
class FailureReason:
    """Text for the merchant about the last failed attempt, and advice for the operator."""

    merchant_text: str
    operator_hint: str


# Keyed by the name of the page that explains the failure: a template in `templates/connect/`.
FAILURE_REASONS: dict[str, FailureReason] = {
    "denied": FailureReason(
        N_("Last time you didn't allow access. You may try again at any time."),
        N_("Ask what kept them from allowing access, and explain why it is needed."),
    ),
    "state_mismatch": FailureReason(
        N_("Last time you finished in another browser or too late. Begin anew here."),
        N_("Nothing yet: they can try again. Ask them to finish in one browser."),
    ),
    "store_mismatch": FailureReason(
        N_("Last time Ecwid named two different stores. Begin anew and choose the store."),
        N_("Nothing yet: they can try again. If it comes again, ask Ecwid's support."),
    ),
    "another_store": FailureReason(
        N_("Last time you allowed another store. Sign in at Ecwid as this store's owner."),
        N_("They allowed another store than the one to reconnect. Say which one is meant."),
    ),
    "taken": FailureReason(
        N_("The store you allowed belongs to another account of this portal."),
        N_("Find out which of the two accounts shall have the store."),
    ),
    "erasing": FailureReason(
        N_("The store's old copy was still being erased. Try again now."),
        N_("Nothing: they can try again as soon as the old copy is erased."),
    ),
    "token_refused": FailureReason(
        N_("Last time Ecwid didn't hand over the access. Try again."),
        N_("Compare ECWID_CLIENT_ID and ECWID_CLIENT_SECRET with the app's page at Ecwid."),
    ),
    "profile_refused": FailureReason(
        N_("Last time Ecwid didn't show us the store. Leave all permissions ticked."),
        N_("Ask them to leave all permissions ticked; the log says what Ecwid answered."),
    ),
    "unreachable": FailureReason(
        N_("Last time Ecwid didn't answer. Try again."),
        N_("Nothing: Ecwid didn't answer. Look whether this machine reaches it."),
    ),
    "scopes_missing": FailureReason(
        N_("Last time some permissions were left out. We need all eight."),
        N_("Ask them to leave all permissions ticked on Ecwid's page."),
    ),
    "consent_loop": FailureReason(
        N_("Twice some permissions were left out. Remove the app at Ecwid, then begin anew."),
        N_(
            "Look whether Ecwid has all eight permissions set up for the app. If it has, the "
            "merchant removes the app at Ecwid and connects anew."
        ),
    ),
    "plan_blocked": FailureReason(
        N_("The store's plan had no API access. You need a plan that has it."),
        N_("The store needs a plan with API access; Ecwid's page of plans says which have it."),
    ),
    "suspended": FailureReason(
        N_("The store was paused or suspended at Ecwid. Try again once it is open."),
        N_("Ask the owner whether they paused the store at Ecwid; if not, Ecwid suspended it."),
    ),
}

_STEP_HINTS: dict[str, str] = {
    ConnectStep.INVITED: N_("Ask whether the link has arrived. It is good until it expires."),
    ConnectStep.AT_ECWID: N_(
        "Nothing for a quarter of an hour: they are on Ecwid's page. After that, ask what kept "
        "them; they can begin anew where they stopped."
    ),
}
EXPIRED_HINT = N_("The link is no longer good. Make a new one if they still want to connect.")


def hint_for(step: str, problem: str | None, *, is_expired: bool) -> str:
    """Return the advice for an operator about an unfinished connect attempt."""
    if is_expired:
        return EXPIRED_HINT
    if step == ConnectStep.REFUSED and problem in FAILURE_REASONS:
        return FAILURE_REASONS[problem].operator_hint
    return _STEP_HINTS.get(step, _STEP_HINTS[ConnectStep.AT_ECWID])


def is_consent_loop(incomplete_consents: int) -> bool:
    """Return whether there were too many consents in a row with missing scopes."""
    return incomplete_consents >= INCOMPLETE_CONSENTS_LIMIT
