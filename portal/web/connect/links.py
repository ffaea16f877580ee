"""Guide a merchant who came by an operator's link, step by step, to a connected store."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user, login_required

from portal.models import ConnectJourney
from portal.rules.connection.connect_steps import OBSTACLES, goes_in_circles
from portal.services.connection.connect_journeys import (
    journey_of,
    take_up,
    token_of,
    unfinished_journey,
)
from portal.web.connect.departure import leave_for_ecwid
from portal.web.login import CONNECT_LINK, signed_in_merchant
from portal.web.runtime import current_runtime


@dataclass(frozen=True)
class Stage:
    """Hold one stage of the guide; ``standing`` is done, now or next."""

    title: str
    standing: str


def add_to(blueprint: Blueprint) -> None:
    """Add the guide to the blueprint of connecting."""
    blueprint.get("/link/<token>")(guide)
    blueprint.post("/link/<token>")(login_required(go_on))


def guide(token: str) -> ResponseReturnValue:
    """Say where the merchant stands and what comes next; changes nothing, so mail may look in."""
    journey = journey_of(_secret_key(), token)
    if journey is None:
        return render_template("connect/link_dead.html", why="unknown"), 410
    if not _is_for_me(journey):
        return render_template("connect/link_dead.html", why=_why_dead(journey)), 410
    session[CONNECT_LINK] = token
    obstacle = OBSTACLES.get(journey.problem or "")
    return render_template(
        "connect/guide.html",
        journey=journey,
        token=token,
        stages=_stages(journey),
        obstacle=obstacle.told if obstacle else None,
        goes_in_circles=goes_in_circles(journey.rounds),
    )


def go_on(token: str) -> ResponseReturnValue:
    """Take the link up for the signed-in account, and go on to Ecwid."""
    journey = journey_of(_secret_key(), token)
    if journey is None:
        return render_template("connect/link_dead.html", why="unknown"), 410
    if journey.finished_at is not None and _is_for_me(journey):
        return redirect(url_for("stores.show", store_id=journey.store_id), 303)
    if not take_up(journey, signed_in_merchant()):
        return render_template("connect/link_dead.html", why=_why_dead(journey)), 410
    return leave_for_ecwid(journey)


def waiting_link() -> str | None:
    """Return the address of the guide that the signed-in merchant left before its end, or None."""
    secret_key = _secret_key()
    kept = journey_of(secret_key, session.get(CONNECT_LINK, ""))
    if kept is None or not (kept.is_open and _is_for_me(kept)):
        kept = unfinished_journey(signed_in_merchant())
    if kept is None or not kept.is_link:
        return None
    return url_for("connect.guide", token=token_of(secret_key, kept))


def _is_for_me(journey: ConnectJourney) -> bool:
    """Tell whether this browser may see the guide: nobody's yet, or the signed-in merchant's."""
    if journey.merchant_id is None:
        return journey.is_open
    if not current_user.is_authenticated:
        # Whose it is shows once they have signed in.
        return journey.is_open
    is_mine = journey.merchant_id == signed_in_merchant().id
    return is_mine and (journey.is_open or journey.finished_at is not None)


def _why_dead(journey: ConnectJourney) -> str:
    if journey.withdrawn_at is not None:
        return "withdrawn"
    return "expired" if journey.is_expired else "used"


def _stages(journey: ConnectJourney) -> list[Stage]:
    """Return the three stages; the first that is not done is the one to take now."""
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


def _secret_key() -> str:
    return current_runtime().settings.secret_key
