"""Steps from an operator's onboarding link to a connected store."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from flask import render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_login import current_user

from portal.models import Onboarding
from portal.services.connection.connect_link_tokens import link_token, onboarding_by_token
from portal.services.connection.onboarding import unfinished_onboarding
from portal.web.languages.choice import chosen_in_browser
from portal.web.login import CONNECT_LINK, signed_in_merchant
from portal.web.runtime import current_runtime


@dataclass(frozen=True)
class Stage:
    """One step of the guide; ``status`` is done, now or next."""

    title: str
    status: str


def unfinished_onboarding_url() -> str | None:
    """Return the URL of the signed-in merchant's unfinished onboarding; None if there is none."""
    secret_keys = _secret_keys()
    kept = onboarding_by_token(secret_keys, session.get(CONNECT_LINK, ""))
    if kept is None or not (kept.is_open and may_see_guide(kept)):
        kept = unfinished_onboarding(signed_in_merchant(), with_channels=True)
    if kept is None or not kept.is_invite_link:
        return None
    return url_for("connect.onboarding_guide", token=link_token(secret_keys, kept))


def may_see_guide(onboarding: Onboarding) -> bool:
    """Return whether the onboarding is unclaimed or belongs to the signed-in merchant."""
    if onboarding.merchant_id is None:
        return onboarding.is_open
    if not current_user.is_authenticated:
        # Ownership is checked after the sign-in.
        return onboarding.is_open
    is_mine = onboarding.merchant_id == signed_in_merchant().id
    return is_mine and (onboarding.is_open or onboarding.finished_at is not None)


def is_opened_by_invitee() -> bool:
    """Return whether this request counts as opening the link: no preview, and no operator."""
    if request.method != "GET" or "prefetch" in request.headers.get("Sec-Purpose", ""):
        return False
    return not (current_user.is_authenticated and signed_in_merchant().is_operator)


def language_of(onboarding: Onboarding | None) -> AbstractContextManager[None]:
    """Use the link's language for visitors who have neither an account nor chosen another."""
    if onboarding is None or not onboarding.is_invite_link or current_user.is_authenticated:
        return nullcontext()
    if chosen_in_browser():
        return nullcontext()
    language: AbstractContextManager[None] = force_locale(onboarding.locale)
    return language


def why_link_is_dead(onboarding: Onboarding) -> str:
    """Return the reason why a link is invalid: withdrawn, expired or used."""
    if onboarding.withdrawn_at is not None:
        return "withdrawn"
    return "expired" if onboarding.is_expired else "used"


def link_invalid(onboarding: Onboarding | None) -> ResponseReturnValue:
    """Return the page that says why a link can't be used."""
    why = "unknown" if onboarding is None else why_link_is_dead(onboarding)
    with language_of(onboarding):
        return render_template("connect/link_invalid.html", why=why), 410


def stages_of(onboarding: Onboarding) -> list[Stage]:
    """Return the three steps; the first unfinished one is the current one."""
    is_done = (
        current_user.is_authenticated,
        onboarding.finished_at is not None,
        onboarding.finished_at is not None,
    )
    titles = (_("Your account"), _("Access to your Ecwid store"), _("Initial import"))
    now = is_done.index(False) if False in is_done else None
    return [
        Stage(title, "done" if is_done[place] else "now" if place == now else "next")
        for place, title in enumerate(titles)
    ]


def link_of_token(token: str) -> Onboarding | None:
    """Return the onboarding link with this token; None if there is none."""
    return onboarding_by_token(_secret_keys(), token)


def _secret_keys() -> tuple[str, ...]:
    return current_runtime().settings.secret_keys
