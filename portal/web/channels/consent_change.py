"""Steps that all changes of a consent on the page share: find it, change it, report the result."""

from __future__ import annotations

from collections.abc import Callable

from flask import abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.errors import ConsentRefusedError
from portal.models import ChannelConsent, Store
from portal.rules.channels.channel_states import ConsentChange
from portal.rules.channels.consent_refusals import CONSENT_REFUSALS
from portal.services.channels.consent_emails import email_consents
from portal.services.channels.consents import consent_facts, consent_in_store
from portal.web.login import signed_in_merchant
from portal.web.runtime import current_runtime
from portal.web.undo import flash_with_undo


def consent_or_404(store: Store, consent_id: int) -> ChannelConsent:
    """Return a consent of the store with its channel; respond with 404 if there is none."""
    consent = consent_in_store(store, consent_id)
    if consent is None:
        abort(404)
    return consent


def apply_change(
    store: Store,
    consent: ChannelConsent,
    change: ConsentChange,
    apply: Callable[[], ChannelConsent],
) -> ResponseReturnValue:
    """Change the consent by ``apply``, email the owner, and return to the page with the result."""
    try:
        changed = apply()
    except ConsentRefusedError as refused:
        flash(_(CONSENT_REFUSALS[refused.reason]), "error")
    else:
        if consent_facts(changed) == consent_facts(consent):
            flash(_("Nothing to change: it was already set this way."), "info")
        else:
            email_consents(current_runtime(), change, [changed], signed_in_merchant())
            _show_done(store, consent, change)
    return redirect(url_for("channels.index", store_id=store.id), 303)


def _show_done(store: Store, before: ChannelConsent, change: ConsentChange) -> None:
    """Show the result, with a button that takes it back where the owner can do this alone."""

    def address(endpoint: str, **values: str) -> str:
        place = {"store_id": store.id, "consent_id": before.id}
        return url_for(endpoint, **place, **values)  # type: ignore[arg-type]

    if change is ConsentChange.PAUSED:
        text = _("Access paused. The channel can't use this store until you resume it.")
        flash_with_undo(text, _("Resume"), address("channels.change", action="resume"))
    elif change is ConsentChange.SELLING_PAUSED and before.selling_paused_at is None:
        text = _("Selling paused. The channel can't place orders until you resume it.")
        flash_with_undo(text, _("Resume selling"), address("channels.resume_sales"))
    elif change is ConsentChange.STOCK_BUFFER_CHANGED:
        flash_with_undo(
            _("Stock buffer saved."),
            _("Undo"),
            address("channels.change_stock_buffer"),
            stock_buffer=str(before.stock_buffer),
        )
    else:
        flash(_("Saved."), "success")
