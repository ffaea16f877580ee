"""Show the channels that work with a store; its owner narrows, pauses and ends their access."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_required

from portal.errors import ConsentRefusedError
from portal.models import ChannelConsent, Store
from portal.rules.api_keys.key_scopes import PURPOSES
from portal.rules.channels.channel_states import ConsentChange
from portal.rules.channels.consent_refusals import CONSENT_REFUSALS
from portal.services.channels.consent_emails import email_consents
from portal.services.channels.consents import change_consent, consent_in_store
from portal.services.channels.store_programs import channels_of_store
from portal.web.channels.labels import CONSENT_LABELS
from portal.web.limits import CONTROL_BY_ADDRESS, limiter
from portal.web.login import signed_in_merchant
from portal.web.runtime import current_runtime
from portal.web.stores.access import get_store_or_404, is_owner_of, owner_required

blueprint = Blueprint("channels", __name__, url_prefix="/stores/<key:store_id>/channels")

CHANGES = {
    "pause": ConsentChange.PAUSED,
    "resume": ConsentChange.RESUMED,
    "revoke": ConsentChange.REVOKED,
}


@blueprint.get("")
@login_required
def index(store_id: int) -> ResponseReturnValue:
    """List the channels that the store has consented to, with their keys and endpoints."""
    store = get_store_or_404(store_id)
    return render_template(
        "channels/index.html",
        store=store,
        channels=channels_of_store(store),
        is_owner=is_owner_of(store),
        purposes=PURPOSES,
        labels=CONSENT_LABELS,
    )


@blueprint.post("/<key:consent_id>/<any(pause, resume, revoke):action>")
@login_required
@limiter.limit(CONTROL_BY_ADDRESS)
@owner_required
def change(store: Store, consent_id: int, action: str) -> ResponseReturnValue:
    """Pause, resume or end the access of a channel."""
    consent = _consent_or_404(store, consent_id)
    return _change(store, consent, CHANGES[action])


@blueprint.post("/<key:consent_id>/scopes")
@login_required
@limiter.limit(CONTROL_BY_ADDRESS)
@owner_required
def narrow(store: Store, consent_id: int) -> ResponseReturnValue:
    """Leave the channel only the checked scopes."""
    consent = _consent_or_404(store, consent_id)
    return _change(store, consent, ConsentChange.NARROWED, request.form.getlist("scopes"))


def _change(
    store: Store, consent: ChannelConsent, change: ConsentChange, scopes: list[str] | None = None
) -> ResponseReturnValue:
    owner = signed_in_merchant()
    try:
        changed = change_consent(consent, change, owner, scopes=scopes)
    except ConsentRefusedError as refused:
        flash(_(CONSENT_REFUSALS[refused.reason]), "error")
    else:
        email_consents(current_runtime(), change, [changed], owner)
        flash(_("Changed."), "success")
    return redirect(url_for("channels.index", store_id=store.id), 303)


def _consent_or_404(store: Store, consent_id: int) -> ChannelConsent:
    consent = consent_in_store(store, consent_id)
    if consent is None:
        abort(404)
    return consent
