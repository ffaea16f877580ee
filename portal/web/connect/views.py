"""Connect a store: redirect to Ecwid, the callback, and onboarding links."""

from __future__ import annotations

from flask import redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from portal.errors.connect import ConsentDeniedError, ConsentError
from portal.rules.connection.connect_failures import FAILURE_REASONS, is_consent_loop
from portal.rules.connection.scopes import REQUIRED_SCOPES
from portal.services.connection.onboarding import (
    claim_onboarding,
    record_opened,
    start_onboarding,
    unfinished_onboarding,
)
from portal.web.connect.attempts import end_attempt, forget_attempt, latest_attempt
from portal.web.connect.blueprint import blueprint
from portal.web.connect.callback import (
    claim_install,
    connect_failed,
    finish_connect,
    park_install,
)
from portal.web.connect.channel_request import channel_request
from portal.web.connect.claim_tokens import take_waiting_grant, waiting_grant
from portal.web.connect.custom_app import CustomAppForm, finish_custom_app, render_token_form
from portal.web.connect.guide import (
    is_opened_by_invitee,
    language_of,
    link_invalid,
    link_of_token,
    may_see_guide,
    stages_of,
    unfinished_onboarding_url,
)
from portal.web.connect.start import redirect_to_consent
from portal.web.limits import CONNECT_BY_ADDRESS, TOKENS_BY_MERCHANT, limiter, merchant_key
from portal.web.login import CONNECT_LINK, signed_in_merchant
from portal.web.outside_calls import calls_other_servers


@blueprint.get("")
@login_required
def index() -> ResponseReturnValue:
    """List the permissions that connecting requests, with a button that starts it."""
    last = unfinished_onboarding(signed_in_merchant(), with_channels=True)
    failure_reason = FAILURE_REASONS.get(last.failure_reason or "") if last else None
    return render_template(
        "connect/index.html",
        scopes=REQUIRED_SCOPES,
        failure_reason=failure_reason.merchant_text if failure_reason else None,
        unfinished_onboarding_url=unfinished_onboarding_url(),
    )


@blueprint.post("")
@login_required
def start() -> ResponseReturnValue:
    """Redirect to Ecwid's consent page."""
    return redirect_to_consent(start_onboarding(signed_in_merchant()))


@blueprint.get("/custom-app")
@login_required
def custom_app_form() -> ResponseReturnValue:
    """Explain custom apps, and ask for a store ID and a secret token."""
    return _custom_app_page(CustomAppForm())


@blueprint.post("/custom-app")
@login_required
@limiter.limit(TOKENS_BY_MERCHANT, key_func=merchant_key)
@calls_other_servers
def custom_app() -> ResponseReturnValue:
    """Connect a store by the token of its custom app."""
    form = CustomAppForm()
    if not form.validate():
        return _custom_app_page(form), 422
    return finish_custom_app(form.given(form.chosen_store_id), url_for("connect.custom_app_form"))


@blueprint.get("/callback")
@limiter.limit(CONNECT_BY_ADDRESS)
@calls_other_servers
def callback() -> ResponseReturnValue:
    """Handle Ecwid's callback, with a code or with a refusal."""
    merchant_id = signed_in_merchant().id if current_user.is_authenticated else None
    code = request.args.get("code")
    store_id = request.args.get("store_id", type=int)
    state, attempt = request.args.get("state"), None
    latest = latest_attempt(merchant_id) if state is None else None
    try:
        if state is not None:
            attempt = end_attempt(state, merchant_id)
        if request.args.get("error") or not code:
            if latest is not None:
                attempt = forget_attempt(latest)
            raise ConsentDeniedError("the merchant refused, or no code came")
    except ConsentError as error:
        return connect_failed(error, attempt)
    if attempt is None:
        return park_install(code, store_id, latest)
    return finish_connect(code, store_id, attempt)


@blueprint.get("/confirm")
@login_required
def confirm() -> ResponseReturnValue:
    """Ask whether to add a store, whose install started at Ecwid, to this account."""
    parked = waiting_grant()
    if parked is None:
        return render_template("connect/expired.html"), 410
    return render_template("connect/confirm.html", parked=parked)


@blueprint.post("/confirm")
@login_required
@calls_other_servers
def claim() -> ResponseReturnValue:
    """Connect the parked store to the signed-in account."""
    taken = take_waiting_grant(signed_in_merchant().id)
    if taken is None:
        return render_template("connect/expired.html"), 410
    return claim_install(taken)


@blueprint.get("/link/<token>")
def onboarding_guide(token: str) -> ResponseReturnValue:
    """Show the finished steps and the next one.

    Mail scanners may open the link before the merchant does, so this page changes nothing: it only
    counts as opened.
    """
    onboarding = link_of_token(token)
    if onboarding is None or not may_see_guide(onboarding):
        return link_invalid(onboarding)
    if onboarding.opened_at is None and onboarding.is_invite_link and is_opened_by_invitee():
        record_opened(onboarding)
    session[CONNECT_LINK] = token
    failure_reason = FAILURE_REASONS.get(onboarding.failure_reason or "")
    with language_of(onboarding):
        return render_template(
            "connect/onboarding.html",
            onboarding=onboarding,
            token=token,
            stages=stages_of(onboarding),
            failure_reason=failure_reason.merchant_text if failure_reason else None,
            is_consent_loop=is_consent_loop(onboarding.incomplete_consents),
            request_of_channel=channel_request(onboarding),
        )


@blueprint.post("/link/<token>")
@login_required
def accept_link(token: str) -> ResponseReturnValue:
    """Assign the link to the signed-in account and redirect to Ecwid's consent page."""
    onboarding = link_of_token(token)
    if onboarding is None:
        return link_invalid(None)
    if onboarding.finished_at is not None and may_see_guide(onboarding):
        return redirect(url_for("stores.show", store_id=onboarding.store_id), 303)
    if not claim_onboarding(onboarding, signed_in_merchant()):
        return link_invalid(onboarding)
    return redirect_to_consent(onboarding)


def _custom_app_page(form: CustomAppForm) -> str:
    return render_token_form(
        "connect/custom_app.html",
        form,
        action=url_for("connect.custom_app"),
        back=url_for("connect.index"),
    )
