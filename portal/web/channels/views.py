"""Show the channels that work with a store; its owner narrows, pauses and ends their access."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required

from portal.models import Store
from portal.rules.api_keys.key_scopes import PURPOSES
from portal.rules.channels.channel_states import ConsentChange
from portal.rules.orders.sale_terms import PAUSE_REASONS, STOCK_BUFFER_LIMIT
from portal.services.channels.consents import change_consent
from portal.services.channels.store_programs import channels_of_store
from portal.web.channels.consent_change import apply_change, consent_or_404
from portal.web.channels.labels import CONSENT_LABELS, SELLING_PAUSED
from portal.web.limits import CONTROL_BY_ADDRESS, limiter
from portal.web.login import signed_in_merchant
from portal.web.pagination import id_param
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
    page = channels_of_store(store, after=id_param("after"), before=id_param("before"))

    def address(**place: int) -> str:
        return url_for("channels.index", store_id=store.id, **place)  # type: ignore[arg-type]

    return render_template(
        "channels/index.html",
        store=store,
        channels=page.rows,
        earlier=address(before=page.earlier) if page.earlier else None,
        later=address(after=page.later) if page.later else None,
        is_owner=is_owner_of(store),
        purposes=PURPOSES,
        labels=CONSENT_LABELS,
        selling_paused=SELLING_PAUSED,
        pause_reasons=PAUSE_REASONS,
        most_pieces=STOCK_BUFFER_LIMIT,
    )


@blueprint.get("/<key:consent_id>/end")
@login_required
@owner_required
def confirm_end(store: Store, consent_id: int) -> ResponseReturnValue:
    """Ask for confirmation before the access of a channel ends."""
    consent = consent_or_404(store, consent_id)
    return render_template("channels/confirm_end.html", store=store, consent=consent)


@blueprint.post("/<key:consent_id>/<any(pause, resume, revoke):action>")
@login_required
@limiter.limit(CONTROL_BY_ADDRESS)
@owner_required
def change(store: Store, consent_id: int, action: str) -> ResponseReturnValue:
    """Pause, resume or end the access of a channel."""
    consent, owner, wanted = (
        consent_or_404(store, consent_id),
        signed_in_merchant(),
        CHANGES[action],
    )
    return apply_change(store, consent, wanted, lambda: change_consent(consent, wanted, owner))


@blueprint.post("/<key:consent_id>/scopes")
@login_required
@limiter.limit(CONTROL_BY_ADDRESS)
@owner_required
def narrow(store: Store, consent_id: int) -> ResponseReturnValue:
    """Leave the channel only the checked scopes."""
    consent, owner = consent_or_404(store, consent_id), signed_in_merchant()
    scopes = request.form.getlist("scopes")
    return apply_change(
        store,
        consent,
        ConsentChange.NARROWED,
        lambda: change_consent(consent, ConsentChange.NARROWED, owner, scopes=scopes),
    )
