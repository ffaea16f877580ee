"""Connect a store behind a connect link by the token of its custom app."""

from __future__ import annotations

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required

from portal.models import Onboarding
from portal.services.connection.onboarding import claim_onboarding
from portal.web.connect.blueprint import blueprint
from portal.web.connect.channel_request import channel_request
from portal.web.connect.custom_app import CustomAppForm, finish_custom_app, render_token_form
from portal.web.connect.guide import link_invalid, link_of_token, may_see_guide
from portal.web.limits import TOKENS_BY_MERCHANT, limiter, merchant_key
from portal.web.login import signed_in_merchant
from portal.web.outside_calls import calls_other_servers


@blueprint.get("/link/<token>/custom-app")
@login_required
def link_custom_app_form(token: str) -> ResponseReturnValue:
    """Explain custom apps, and ask for a store ID and a secret token."""
    onboarding = link_of_token(token)
    if onboarding is None or not may_see_guide(onboarding):
        return link_invalid(onboarding)
    if onboarding.finished_at is not None:
        return redirect(_guide(token))
    return _form_page(token, onboarding, CustomAppForm())


@blueprint.post("/link/<token>/custom-app")
@login_required
@limiter.limit(TOKENS_BY_MERCHANT, key_func=merchant_key)
@calls_other_servers
def link_custom_app(token: str) -> ResponseReturnValue:
    """Assign the link to the signed-in account, and connect the store by the token of its app."""
    onboarding = link_of_token(token)
    if onboarding is None or not may_see_guide(onboarding):
        return link_invalid(onboarding)
    if onboarding.finished_at is not None:
        return redirect(_guide(token), 303)
    form = CustomAppForm()
    if not form.validate():
        return _form_page(token, onboarding, form), 422
    if not claim_onboarding(onboarding, signed_in_merchant()):
        return link_invalid(onboarding)
    retry_page = url_for("connect.link_custom_app_form", token=token)
    return finish_custom_app(form.given(form.chosen_store_id), retry_page, onboarding=onboarding)


def _form_page(token: str, onboarding: Onboarding, form: CustomAppForm) -> str:
    return render_token_form(
        "connect/custom_app.html",
        form,
        request_of_channel=channel_request(onboarding),
        action=url_for("connect.link_custom_app", token=token),
        back=_guide(token),
    )


def _guide(token: str) -> str:
    return url_for("connect.onboarding_guide", token=token)
