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
            flash(_("Saved."), "success")
    return redirect(url_for("channels.index", store_id=store.id), 303)
