"""Steps and failure reasons of a connect attempt, and the texts that explain them.

Also detects consent loops: after two consents with missing scopes, asking again would not help.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from portal.i18n import N_
from portal.rules.connection.onboarding_steps import OnboardingStatus

# Longer than the time until the second reminder.
LINK_TTL = timedelta(days=14)
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
        N_("Last time you didn't allow access. You can try again any time."),
        N_("Ask what kept them from allowing access, and explain why it is needed."),
    ),
    "state_mismatch": FailureReason(
        N_("Last time you took too long or switched browsers. Start again here."),
        N_("Nothing yet: they can try again. Ask them to finish in one browser."),
    ),
    "store_mismatch": FailureReason(
        N_("Last time Ecwid gave access to a different store. Start again and choose the store."),
        N_("Nothing yet: they can try again. If it happens again, ask Ecwid's support."),
    ),
    "another_store": FailureReason(
        N_(
            "Last time you allowed access to a different store. Sign in to Ecwid as this store's "
            "owner."
        ),
        N_("They allowed access to a different store. Tell them which one to reconnect."),
    ),
    "taken": FailureReason(
        N_(
            "The store already belongs to another account here. Sign in with that account, or ask "
            "its owner to invite you."
        ),
        N_("Decide which account should own the store."),
    ),
    "erasing": FailureReason(
        N_("Last time the store's old data was still being erased. Try again now."),
        N_("Nothing: they can try again when the old data is erased."),
    ),
    "token_refused": FailureReason(
        N_("Last time Ecwid didn't give us access. Try again."),
        N_("Compare ECWID_CLIENT_ID and ECWID_CLIENT_SECRET with the app's page at Ecwid."),
    ),
    "profile_refused": FailureReason(
        N_("Last time Ecwid didn't let us read the store. Try again."),
        N_("Ask them to try again. If it fails again, see the log for Ecwid's answer."),
    ),
    "unreachable": FailureReason(
        N_("Last time Ecwid didn't answer. Try again."),
        N_("Check that this machine can reach Ecwid. The merchant can try again."),
    ),
    "scopes_missing": FailureReason(
        N_("Last time some permissions were missing. We need all eight. Try again."),
        N_(
            "Ask them to try again. Check that all eight permissions are set up for the app at "
            "Ecwid."
        ),
    ),
    "custom_token_refused": FailureReason(
        N_(
            "Last time Ecwid didn't accept the token for this store. Copy the store ID and the "
            "token again."
        ),
        N_("Ask for store ID and secret token again; each token works for one store only."),
    ),
    "custom_scopes_missing": FailureReason(
        N_(
            "Last time your custom app didn't have all eight permissions. Ask Ecwid to add them, "
            "then try again."
        ),
        N_("Ask the merchant to have Ecwid add the permissions to the custom app, then try again."),
    ),
    "consent_loop": FailureReason(
        N_("Some permissions were missing twice. Remove our app in Ecwid, then start again."),
        N_(
            "Check that all eight permissions are set up for the app at Ecwid. If they are, the "
            "merchant removes the app at Ecwid and connects again."
        ),
    ),
    "plan_blocked": FailureReason(
        N_("Last time the store's Ecwid plan had no API access. Change the plan, then try again."),
        N_("The store needs a plan with API access. Ecwid's pricing page lists them."),
    ),
    "suspended": FailureReason(
        N_("Last time the store was paused or suspended in Ecwid. Try again when it is open."),
        N_("Ask the owner whether they paused the store in Ecwid. If not, Ecwid suspended it."),
    ),
}

# Short names of the reasons, for counts.
FAILURE_TITLES: dict[str, str] = {
    "denied": N_("Access not allowed"),
    "state_mismatch": N_("Different browser or too late"),
    "store_mismatch": N_("Two different stores"),
    "another_store": N_("Wrong store"),
    "taken": N_("Store belongs to another account"),
    "erasing": N_("Old data is being erased"),
    "token_refused": N_("Ecwid refused the access code"),
    "profile_refused": N_("Ecwid refused the store's profile"),
    "unreachable": N_("Ecwid didn't answer"),
    "scopes_missing": N_("Permissions missing"),
    "consent_loop": N_("Permissions missing twice"),
    "plan_blocked": N_("Plan without API access"),
    "suspended": N_("Store paused or suspended"),
    "custom_token_refused": N_("Token of the custom app refused"),
    "custom_scopes_missing": N_("Permissions of the custom app missing"),
}
# A former release had other reasons.
UNKNOWN_REASON_HINT = N_("Ask them to try again with the same link.")
_STATUS_HINTS: dict[str, str] = {
    OnboardingStatus.INVITED: N_("Ask whether the link has arrived."),
    OnboardingStatus.OPENED: N_("They have seen the link. Ask whether they need help."),
    OnboardingStatus.ACCOUNT: N_(
        "Wait 15 minutes: they are on Ecwid's page. After that, ask what stopped them. They can "
        "continue with the same link."
    ),
    OnboardingStatus.CONSENT: N_("They are trying again on Ecwid's page. Wait 15 minutes."),
    OnboardingStatus.CONNECTED: N_("Nothing: the first import is running."),
    OnboardingStatus.IMPORTED: N_("Nothing: the store is connected and imported."),
    OnboardingStatus.EXPIRED: N_("The link has expired. Renew it if they still want to connect."),
    OnboardingStatus.WITHDRAWN: N_("Nothing: the link was withdrawn."),
}


def hint_for(status: OnboardingStatus, problem: str | None) -> str:
    """Return the advice for an operator about an onboarding."""
    if status is OnboardingStatus.REFUSED:
        reason = FAILURE_REASONS.get(problem or "")
        return UNKNOWN_REASON_HINT if reason is None else reason.operator_hint
    return _STATUS_HINTS[status]


def is_consent_loop(incomplete_consents: int) -> bool:
    """Return whether there were too many consents in a row with missing scopes."""
    return incomplete_consents >= INCOMPLETE_CONSENTS_LIMIT
