"""Steps from an operator's connect link to a connected store."""

from __future__ import annotations

from dataclasses import dataclass

from flask import session, url_for
from flask_babel import gettext as _
from flask_login import current_user

from portal.models import ConnectJourney
from portal.services.connection.onboarding import (
    journey_of,
    token_of,
    unfinished_journey,
)
from portal.web.login import CONNECT_LINK, signed_in_merchant
from portal.web.runtime import current_runtime


@dataclass(frozen=True)
class Stage:
    """One step of the guide; ``status`` is done, now or next."""

    title: str
    status: str


def waiting_link() -> str | None:
    """Return the URL of the guide that the signed-in merchant has not finished, or None."""
    secret_key = _secret_key()
    kept = journey_of(secret_key, session.get(CONNECT_LINK, ""))
    if kept is None or not (kept.is_open and may_see_guide(kept)):
        kept = unfinished_journey(signed_in_merchant())
    if kept is None or not kept.is_link:
        return None
    return url_for("connect.guide", token=token_of(secret_key, kept))


def may_see_guide(journey: ConnectJourney) -> bool:
    """Return whether the guide is nobody's yet, or the signed-in merchant's."""
    if journey.merchant_id is None:
        return journey.is_open
    if not current_user.is_authenticated:
        # The owner is checked after the sign-in.
        return journey.is_open
    is_mine = journey.merchant_id == signed_in_merchant().id
    return is_mine and (journey.is_open or journey.finished_at is not None)


def why_link_is_dead(journey: ConnectJourney) -> str:
    """Return the reason that the page about a dead link explains."""
    if journey.withdrawn_at is not None:
        return "withdrawn"
    return "expired" if journey.is_expired else "used"


def stages_of(journey: ConnectJourney) -> list[Stage]:
    """Return the three steps; the first that is not done is the current one."""
    is_done = (
        current_user.is_authenticated,
        journey.finished_at is not None,
        journey.finished_at is not None,
    )
    titles = (_("Your account"), _("Access to your Ecwid store"), _("The first copy"))
    now = is_done.index(False) if False in is_done else None
    return [
        Stage(title, "done" if is_done[place] else "now" if place == now else "next")
        for place, title in enumerate(titles)
    ]


def link_of_token(token: str) -> ConnectJourney | None:
    """Return the connect link with this token, None if there is none."""
    return journey_of(_secret_key(), token)


def _secret_key() -> str:
    return current_runtime().settings.secret_key
