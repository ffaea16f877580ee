"""List, create, rotate and revoke a merchant's API keys."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_required

from portal.errors import ConsentRefusedError
from portal.models import utc_now
from portal.rules.channels.channel_states import ConsentChange
from portal.rules.channels.consent_refusals import CONSENT_REFUSALS
from portal.services.api_keys.channel_keys import NewKey
from portal.services.api_keys.keys import create_key, keys_of, revoke_key, rotate_key
from portal.services.channels.consent_emails import email_consents
from portal.web.api_keys.forms import NewKeyForm
from portal.web.limits import CONTROL_BY_ADDRESS, limiter
from portal.web.login import signed_in_merchant
from portal.web.runtime import current_runtime

blueprint = Blueprint("api_keys", __name__, url_prefix="/account/keys")


@blueprint.get("")
@login_required
def index() -> ResponseReturnValue:
    """List the merchant's keys with a form for a new one."""
    return _page(_form())


@blueprint.post("")
@login_required
@limiter.limit(CONTROL_BY_ADDRESS)
def make() -> ResponseReturnValue:
    """Create a key and show it once."""
    form = _form()
    if not form.validate():
        return _page(form), 422
    merchant = signed_in_merchant()
    try:
        made = create_key(merchant, form.name.data, form.scopes.data, form.store.chosen)
    except ConsentRefusedError as refused:
        flash(_(CONSENT_REFUSALS[refused.reason]), "error")
        return redirect(url_for(".index"), 303)
    if made is None:
        flash(_("You have as many keys as one can have. Revoke one that isn't used."), "error")
        return redirect(url_for(".index"), 303)
    email_consents(current_runtime(), ConsentChange.CONSENTED, made.granted, merchant)
    return _secret_page(made)


@blueprint.post("/<key:key_id>/rotate")
@login_required
@limiter.limit(CONTROL_BY_ADDRESS)
def rotate(key_id: int) -> ResponseReturnValue:
    """Replace a key's secret and show it once."""
    made = rotate_key(signed_in_merchant(), key_id)
    if made is None:
        abort(404)
    return _secret_page(made)


@blueprint.post("/<key:key_id>/revoke")
@login_required
@limiter.limit(CONTROL_BY_ADDRESS)
def revoke(key_id: int) -> ResponseReturnValue:
    """Revoke a key immediately."""
    key = revoke_key(signed_in_merchant(), key_id)
    if key is None:
        abort(404)
    flash(_("Revoked. Whoever still uses the key “%(name)s” is refused.", name=key.name), "info")
    return redirect(url_for(".index"), 303)


def _form() -> NewKeyForm:
    form = NewKeyForm()
    form.store.offer(signed_in_merchant())
    return form


def _page(form: NewKeyForm) -> str:
    keys = keys_of(signed_in_merchant())
    return render_template("api_keys/index.html", form=form, keys=keys, now=utc_now())


def _secret_page(made: NewKey) -> str:
    # The POST renders the secret directly: a redirect would require storing it in plain text.
    return render_template("api_keys/new_key.html", key=made.key, text=made.text)
