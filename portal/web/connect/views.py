"""Lead a merchant to Ecwid's consent page and back to a connected store."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from portal.errors import ConsentDeniedError, ConsentError
from portal.models import Membership
from portal.rules.connection.connect_steps import OBSTACLES
from portal.rules.connection.scopes import REQUIRED_SCOPES
from portal.services.connection.connect_journeys import begin_journey, unfinished_journey
from portal.web.connect.arrival import arrive, failed
from portal.web.connect.attempts import (
    Attempt,
    end_attempt,
    park_install,
    parked_install,
    take_parked_install,
)
from portal.web.connect.departure import leave_for_ecwid
from portal.web.connect.links import waiting_link
from portal.web.login import signed_in_merchant

blueprint = Blueprint("connect", __name__, url_prefix="/connect")


@blueprint.get("")
@login_required
def index() -> ResponseReturnValue:
    """Say what connecting asks for, with the button that starts it."""
    last = unfinished_journey(signed_in_merchant())
    obstacle = OBSTACLES.get(last.problem or "") if last else None
    return render_template(
        "connect/index.html",
        scopes=REQUIRED_SCOPES,
        obstacle=obstacle.told if obstacle else None,
        waiting_link=waiting_link(),
    )


@blueprint.post("")
@login_required
def start() -> ResponseReturnValue:
    """Send the merchant to Ecwid's consent page."""
    return leave_for_ecwid(begin_journey(signed_in_merchant()))


@blueprint.get("/callback")
def callback() -> ResponseReturnValue:
    """Take the merchant back from Ecwid, with a code or with a refusal."""
    merchant_id = signed_in_merchant().id if current_user.is_authenticated else None
    code = request.args.get("code")
    store_id = request.args.get("store_id", type=int)
    attempt = None
    try:
        attempt = end_attempt(request.args.get("state"), merchant_id)
        if request.args.get("error") or not code:
            raise ConsentDeniedError("the merchant refused, or no code came")
    except ConsentError as error:
        return failed(error, attempt)
    if attempt is None:
        park_install(code, store_id)
        return redirect(url_for(".confirm"), 303)
    return arrive(code, store_id, attempt)


@blueprint.get("/confirm")
@login_required
def confirm() -> ResponseReturnValue:
    """Ask whether a store whose install began at Ecwid shall join this account."""
    parked = parked_install()
    if parked is None:
        return render_template("connect/expired.html"), 410
    return render_template("connect/confirm.html", store_id=parked.store_id)


@blueprint.post("/confirm")
@login_required
def claim() -> ResponseReturnValue:
    """Connect the parked store to the signed-in account."""
    parked = take_parked_install()
    if parked is None:
        return render_template("connect/expired.html"), 410
    merchant = signed_in_merchant()
    is_mine = Membership.store_of(merchant, parked.store_id or 0) is not None
    journey = begin_journey(merchant, parked.store_id if is_mine else None)
    return arrive(parked.code, parked.store_id, Attempt(journey.id, None))
