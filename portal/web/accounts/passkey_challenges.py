"""Challenges of passkeys, kept in the browser's signed session cookie until they are answered.

A row for each would let a stranger fill the database; a challenge that was answered is recorded at
the passkey.
"""

from __future__ import annotations

from dataclasses import astuple
from enum import StrEnum

import structlog
from flask import session
from flask_babel import gettext as _

from portal.errors import PasskeyRefusedError
from portal.models import Merchant
from portal.rules.accounts.passkey_refusals import PASSKEY_REFUSALS, PasskeyRefusal
from portal.rules.accounts.security_event_kinds import SecurityEventKind
from portal.services.accounts.passkey_challenges import PasskeyChallenge, RelyingParty
from portal.web.accounts.blueprint import blueprint
from portal.web.runtime import current_runtime
from portal.web.security_events import note_security_event

log = structlog.get_logger(__name__)

_CHALLENGE = "passkey_challenge"
_QUIET = (PasskeyRefusal.EXPIRED, PasskeyRefusal.KNOWN, PasskeyRefusal.TOO_MANY)


class PasskeyPurpose(StrEnum):
    """Purpose of a challenge; an answer for another purpose is refused."""

    ADD = "add"
    CONFIRM = "confirm"
    SECOND_STEP = "second_step"
    SIGN_IN = "sign_in"


@blueprint.app_template_global()
def are_passkeys_possible() -> bool:
    """Return whether browsers accept passkeys at the portal's address."""
    return relying_party().can_have_passkeys


def relying_party() -> RelyingParty:
    """Return the portal as browsers know it."""
    return RelyingParty.at(current_runtime().settings.portal_url)


def issue_challenge(
    purpose: PasskeyPurpose, merchant: Merchant | None = None, *, user_handle: str = ""
) -> PasskeyChallenge:
    """Return a new challenge; this browser's previous one becomes invalid."""
    challenge = PasskeyChallenge.issue(purpose, merchant, user_handle=user_handle)
    session[_CHALLENGE] = astuple(challenge)
    return challenge


def take_challenge(purpose: PasskeyPurpose, merchant: Merchant | None = None) -> PasskeyChallenge:
    """Return this browser's challenge and forget it.

    Raises PasskeyRefusedError if it has none, or one that is too old or of another purpose.
    """
    kept = session.pop(_CHALLENGE, None)
    challenge = None if kept is None else PasskeyChallenge(*kept)
    if challenge is None or not challenge.is_valid(purpose, merchant):
        raise PasskeyRefusedError(PasskeyRefusal.EXPIRED, merchant.id if merchant else None)
    return challenge


def show_passkey_refusal(refused: PasskeyRefusedError) -> str:
    """Record a refused passkey; return the text for the person."""
    log.warning("passkey.refused", reason=refused.reason, merchant=refused.merchant_id)
    if refused.reason not in _QUIET:
        is_copied = refused.reason == PasskeyRefusal.COPIED
        kind = SecurityEventKind.PASSKEY_COPIED if is_copied else SecurityEventKind.PASSKEY_REFUSED
        note_security_event(kind, refused.merchant_id)
    return _(PASSKEY_REFUSALS[refused.reason])
