"""List, create, rotate, suspend and revoke a merchant's API keys.

Creating, rotating and resuming a key need a recent confirmation, because it outlives the session.
"""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_required

from portal.errors import ConsentRefusedError
from portal.models import ApiKey, utc_now
from portal.rules.channels.channel_states import ConsentChange
from portal.rules.channels.consent_refusals import CONSENT_REFUSALS
from portal.services.api_keys.channel_keys import NewKey
from portal.services.api_keys.key_emails import email_new_key
from portal.services.api_keys.keys import create_key, find_key, keys_of, revoke_key, rotate_key
from portal.services.api_keys.suspend_keys import resume_key, suspend_key
from portal.services.channels.consent_emails import email_consents
from portal.web.account.views.one_time_secret import redirect_to_secret
from portal.web.accounts.fresh_password import PasswordForm, fresh_password_required
from portal.web.api_keys.forms import NewKeyForm
from portal.web.formats import moment
from portal.web.limits import CONTROL_BY_ADDRESS, limiter
from portal.web.login import signed_in_merchant
from portal.web.runtime import current_runtime

blueprint = Blueprint("api_keys", __name__, url_prefix="/account/keys")


@blueprint.get("")
@login_required
def index() -> ResponseReturnValue:
    """List the merchant's keys with a form for a new one."""
    return _page(NewKeyForm())


def _page(form: NewKeyForm) -> str:
    keys = keys_of(signed_in_merchant())
    return render_template("api_keys/index.html", form=form, keys=keys, now=utc_now())


@blueprint.post("")
@login_required
@limiter.limit(CONTROL_BY_ADDRESS)
@fresh_password_required(NewKeyForm, page=_page)
def make(form: NewKeyForm) -> ResponseReturnValue:
    """Create a key and show it once."""
    merchant, store = signed_in_merchant(), form.store.chosen
    try:
        made = create_key(merchant, form.name.data, form.scopes.data, store, form.limits)
    except ConsentRefusedError as refused:
        flash(_(CONSENT_REFUSALS[refused.reason]), "error")
        return redirect(url_for(".index"), 303)
    if made is None:
        flash(_("You've reached the limit of API keys. Revoke one you don't use."), "error")
        return redirect(url_for(".index"), 303)
    email_consents(current_runtime(), ConsentChange.CONSENTED, made.granted, merchant)
    email_new_key(current_runtime(), made, merchant)
    return _show_once(made)


def _rotate_page(form: PasswordForm, key_id: int) -> str:
    return render_template("api_keys/rotate.html", form=form, key=_key_or_404(key_id))


@blueprint.route("/<key:key_id>/rotate", methods=["GET", "POST"])
@login_required
@fresh_password_required(PasswordForm, page=_rotate_page)
def rotate(_form: PasswordForm, key_id: int) -> ResponseReturnValue:
    """Replace a key's secret and show it once."""
    made = rotate_key(signed_in_merchant(), key_id)
    if made is None:
        abort(404)
    return _show_once(made)


@blueprint.post("/<key:key_id>/suspend")
@login_required
@limiter.limit(CONTROL_BY_ADDRESS)
def suspend(key_id: int) -> ResponseReturnValue:
    """Let a key be refused until it is resumed."""
    key = suspend_key(signed_in_merchant(), key_id)
    if key is None:
        abort(404)
    flash(
        _(
            "“%(name)s” is suspended. Apps that use it have no access until you resume it.",
            name=key.name,
        ),
        "info",
    )
    return redirect(url_for(".index"), 303)


def _resume_page(form: PasswordForm, key_id: int) -> str:
    return render_template("api_keys/resume.html", form=form, key=_key_or_404(key_id))


@blueprint.route("/<key:key_id>/resume", methods=["GET", "POST"])
@login_required
@fresh_password_required(PasswordForm, page=_resume_page)
def resume(_form: PasswordForm, key_id: int) -> ResponseReturnValue:
    """Let a suspended key be used again."""
    key = resume_key(signed_in_merchant(), key_id)
    if key is None:
        abort(404)
    flash(_("“%(name)s” works again.", name=key.name), "success")
    return redirect(url_for(".index"), 303)


@blueprint.post("/<key:key_id>/revoke")
@login_required
@limiter.limit(CONTROL_BY_ADDRESS)
def revoke(key_id: int) -> ResponseReturnValue:
    """Revoke a key immediately."""
    key = revoke_key(signed_in_merchant(), key_id)
    if key is None:
        abort(404)
    flash(
        _("“%(name)s” is revoked. Apps that use it no longer have access.", name=key.name), "info"
    )
    return redirect(url_for(".index"), 303)


def _key_or_404(key_id: int) -> ApiKey:
    """Return a valid key of the merchant; respond with 404 if there is none."""
    key = find_key(signed_in_merchant(), key_id)
    if key is None or key.revoked_at is not None:
        abort(404)
    return key


def _show_once(made: NewKey) -> ResponseReturnValue:
    replaced = made.key.previous_expires_at
    return redirect_to_secret(
        "api-key",
        [made.text],
        name=made.key.name,
        header=f"Authorization: Bearer {made.text}",
        note=replaced and _("The previous key works until %(at)s.", at=moment(replaced)),
    )
