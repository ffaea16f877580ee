"""API keys that reach a store by the consent to a channel; the owner revokes those of members."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_required

from portal.models import ApiKey, ChannelConsent, Store, database, utc_now
from portal.services.api_keys.key_emails import email_maker
from portal.services.api_keys.store_keys import (
    keys_of_consent,
    revocable_by,
    revoke_key_of_store,
)
from portal.web.channels.consent_change import consent_or_404
from portal.web.channels.views import blueprint
from portal.web.limits import CONTROL_BY_ADDRESS, limiter
from portal.web.login import signed_in_merchant
from portal.web.runtime import current_runtime
from portal.web.stores.access import get_store_or_404, is_owner_of, owner_required


@blueprint.get("/<key:consent_id>/keys")
@login_required
def keys(store_id: int, consent_id: int) -> ResponseReturnValue:
    """List the keys of all makers that reach the store."""
    store = get_store_or_404(store_id)
    consent = consent_or_404(store, consent_id)
    found, is_owner = keys_of_consent(store, consent), is_owner_of(store)
    return render_template(
        "channels/keys.html",
        store=store,
        consent=consent,
        keys=found,
        makers={key.id: _maker(key, consent) for key in found},
        revocable=revocable_by(signed_in_merchant(), consent, found) if is_owner else (),
        is_owner=is_owner,
        now=utc_now(),
    )


@blueprint.post("/<key:consent_id>/keys/<key:key_id>/revoke")
@login_required
@limiter.limit(CONTROL_BY_ADDRESS)
@owner_required
def revoke_key(store: Store, consent_id: int, key_id: int) -> ResponseReturnValue:
    """Revoke a key of a member, if it reaches only stores of the owner."""
    consent, owner = consent_or_404(store, consent_id), signed_in_merchant()
    with database.atomic():
        key = revoke_key_of_store(owner, consent, key_id)
        if key is None:
            abort(404)
        if key.merchant_id != owner.id:
            email_maker(current_runtime(), key, "revoked_by_owner")
    flash(_("Key revoked. Apps that use “%(name)s” no longer work.", name=key.name), "info")
    return redirect(url_for(".keys", store_id=store.id, consent_id=consent.id), 303)


def _maker(key: ApiKey, consent: ChannelConsent) -> str:
    """Return the name of the person or program that made a key, as the owner knows it."""
    if (key.maker or "").startswith("api_key "):
        return _("One of the channel's apps (API)")
    if consent.channel.merchant is None:
        return _("Support")
    return str(consent.channel.merchant.name_and_email)
