"""Lead a merchant to Ecwid's consent page and back to a connected store."""

from __future__ import annotations

import structlog
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user, login_required

from portal.errors import (
    ConsentDeniedError,
    ConsentError,
    EcwidError,
    PortalError,
    RecordError,
)
from portal.rules.scopes import REQUIRED_NAMES, REQUIRED_SCOPES
from portal.services.connect_store import connect_store
from portal.web.connect.attempts import (
    begin_attempt,
    end_attempt,
    park_install,
    parked_install,
    take_parked_install,
)
from portal.web.connect.refusals import error_page, outcome_page
from portal.web.login import signed_in_merchant
from portal.web.runtime import current_runtime

log = structlog.get_logger(__name__)

blueprint = Blueprint("connect", __name__, url_prefix="/connect")


@blueprint.get("")
@login_required
def index() -> ResponseReturnValue:
    """Say what connecting asks for, with the button that starts it."""
    return render_template("connect/index.html", scopes=REQUIRED_SCOPES)


@blueprint.post("")
@login_required
def start() -> ResponseReturnValue:
    """Send the merchant to Ecwid's consent page."""
    runtime = current_runtime()
    if not runtime.settings.ecwid_client_id:
        return render_template("connect/not_configured.html"), 503
    scopes = (*REQUIRED_NAMES, *runtime.settings.ecwid_extra_scopes)
    state = begin_attempt(signed_in_merchant().id)
    return redirect(runtime.oauth.consent_url(scopes=scopes, state=state), 303)


@blueprint.get("/callback")
def callback() -> ResponseReturnValue:
    """Take the merchant back from Ecwid, with a code or with a refusal."""
    merchant_id = signed_in_merchant().id if current_user.is_authenticated else None
    code = request.args.get("code")
    store_id = request.args.get("store_id", type=int)
    try:
        is_ours = end_attempt(request.args.get("state"), merchant_id)
        if request.args.get("error") or not code:
            raise ConsentDeniedError("the merchant refused, or no code came")
    except ConsentError as error:
        return _failed(error)
    if not is_ours:
        park_install(code, store_id)
        return redirect(url_for(".confirm"), 303)
    return _finish(code, store_id)


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
    return _finish(parked.code, parked.store_id)


def _finish(code: str, store_id: int | None) -> ResponseReturnValue:
    runtime = current_runtime()
    try:
        token = runtime.oauth.exchange(code, store_id)
        outcome = connect_store(runtime, signed_in_merchant(), token, store_id)
    except (ConsentError, EcwidError, RecordError) as error:
        return _failed(error)
    if not outcome.is_working:
        return outcome_page(outcome)
    if outcome.was_known:
        flash(
            _("The store is connected again. What changed meanwhile is being caught up."), "success"
        )
    else:
        flash(_("The store is connected. Its catalogue is on the way."), "success")
    return redirect(url_for("stores.show", store_id=outcome.store_id), 303)


def _failed(error: PortalError) -> ResponseReturnValue:
    log.warning("connect.failed", error=type(error).__name__, problem=str(error))
    return error_page(error)
