"""Restore a store's connection by a new consent."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required

from portal.models import Grant, StoreDataErasure
from portal.rules.connection.connect_failures import FAILURE_REASONS, is_consent_loop
from portal.rules.connection.grant_sources import GrantSource
from portal.services.connection.onboarding import start_onboarding, unfinished_onboarding
from portal.services.connection.store_overview import connection_of
from portal.services.notifications.issues import open_issues
from portal.web.connect.custom_app import TokenForm, finish_custom_app, render_token_form
from portal.web.connect.start import redirect_to_consent
from portal.web.limits import TOKENS_BY_MERCHANT, limiter, merchant_key
from portal.web.login import signed_in_merchant
from portal.web.outside_calls import calls_other_servers
from portal.web.stores.access import editors_only, get_store_or_404
from portal.web.stores.blueprint import blueprint


@blueprint.get("/<key:store_id>/reconnect")
@login_required
def reconnect(store_id: int) -> ResponseReturnValue:
    """Explain the problem and what reconnecting does; emails link to this page."""
    store = get_store_or_404(store_id)
    last = unfinished_onboarding(signed_in_merchant(), store.id)
    failure_reason = FAILURE_REASONS.get(last.failure_reason or "") if last else None
    return render_template(
        "stores/reconnect.html",
        store=store,
        issues=open_issues(store.id),
        connection=connection_of(store),
        failure_reason=failure_reason.merchant_text if failure_reason else None,
        is_consent_loop=last is not None and is_consent_loop(last.incomplete_consents),
        is_custom_app=Grant.latest_source(store.id) is GrantSource.CUSTOM_APP,
        is_erasing=StoreDataErasure.in_progress(store.id) is not None,
    )


@blueprint.post("/<key:store_id>/reconnect")
@login_required
def start_reconnect(store_id: int) -> ResponseReturnValue:
    """Redirect to Ecwid's consent page; only a consent for this store is accepted.

    A store with a custom app needs a new token, unless the merchant chose Ecwid's page.
    """
    store = get_store_or_404(store_id)
    is_custom_app = Grant.latest_source(store.id) is GrantSource.CUSTOM_APP
    if is_custom_app and "consent" not in request.args:
        return redirect(url_for("stores.token_form", store_id=store.id), 303)
    if StoreDataErasure.in_progress(store.id) is not None:
        return render_template("connect/erasing.html", store=store), 409
    return redirect_to_consent(start_onboarding(signed_in_merchant(), store.id), store.id)


@blueprint.get("/<key:store_id>/token")
@login_required
@editors_only
def token_form(store_id: int) -> ResponseReturnValue:
    """Ask for a new token of the store's custom app."""
    return render_token_form("stores/token.html", TokenForm(), get_store_or_404(store_id))


@blueprint.post("/<key:store_id>/token")
@login_required
@limiter.limit(TOKENS_BY_MERCHANT, key_func=merchant_key)
@editors_only
@calls_other_servers
def replace_token(store_id: int) -> ResponseReturnValue:
    """Reconnect the store by a token of its custom app."""
    store, form = get_store_or_404(store_id), TokenForm()
    if not form.validate():
        return render_token_form("stores/token.html", form, store), 422
    retry_page = url_for("stores.token_form", store_id=store.id)
    return finish_custom_app(form.given(store.id), retry_page)
