"""Stock buffer and pause of selling of one channel, set by the store's owner."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_required

from portal.models import Store
from portal.rules.channels.channel_states import ConsentChange
from portal.rules.orders.sale_terms import STOCK_BUFFER_LIMIT, SellingPauseReason, SellingSide
from portal.services.channels.sale_terms import pause_selling, resume_selling, set_stock_buffer
from portal.web.channels.consent_change import apply_change, consent_or_404
from portal.web.channels.views import blueprint
from portal.web.limits import CONTROL_BY_ADDRESS, limiter
from portal.web.login import signed_in_merchant
from portal.web.stores.access import owner_required
from portal.web.url_converters import number_in


@blueprint.post("/<key:consent_id>/stock-buffer")
@login_required
@limiter.limit(CONTROL_BY_ADDRESS)
@owner_required
def change_stock_buffer(store: Store, consent_id: int) -> ResponseReturnValue:
    """Hold back so many pieces of each stock from a channel."""
    consent = consent_or_404(store, consent_id)
    pieces = number_in(request.form.get("stock_buffer", "").strip(), STOCK_BUFFER_LIMIT)
    if pieces is None:
        text = _("Enter a whole number from 0 to %(most)s.", most=STOCK_BUFFER_LIMIT)
        flash(text, "error")
        return redirect(url_for("channels.index", store_id=store.id), 303)
    owner = signed_in_merchant()
    return apply_change(
        store,
        consent,
        ConsentChange.STOCK_BUFFER_CHANGED,
        lambda: set_stock_buffer(consent, pieces, owner, SellingSide.STORE),
    )


@blueprint.post("/<key:consent_id>/selling/pause")
@login_required
@limiter.limit(CONTROL_BY_ADDRESS)
@owner_required
def pause_sales(store: Store, consent_id: int) -> ResponseReturnValue:
    """Pause selling over a channel, with a reason from the list if one is chosen."""
    consent, owner = consent_or_404(store, consent_id), signed_in_merchant()
    chosen = request.form.get("reason", "")
    reason = SellingPauseReason(chosen) if chosen in set(SellingPauseReason) else None
    return apply_change(
        store,
        consent,
        ConsentChange.SELLING_PAUSED,
        lambda: pause_selling(consent, reason, owner, SellingSide.STORE),
    )


@blueprint.post("/<key:consent_id>/selling/resume")
@login_required
@limiter.limit(CONTROL_BY_ADDRESS)
@owner_required
def resume_sales(store: Store, consent_id: int) -> ResponseReturnValue:
    """End a pause of selling, also one by the channel."""
    consent, owner = consent_or_404(store, consent_id), signed_in_merchant()
    return apply_change(
        store,
        consent,
        ConsentChange.SELLING_RESUMED,
        lambda: resume_selling(consent, owner, SellingSide.STORE),
    )
