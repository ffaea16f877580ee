"""Disconnect a store and erase its mirror, both only for the store's owner."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_required

from portal.models import Store, StoreState
from portal.services.connection.disconnect_store import (
    UninstallResult,
    disconnect_store,
    request_immediate_erasure,
)
from portal.web.limits import CONTROL_BY_ADDRESS, limiter
from portal.web.login import signed_in_merchant
from portal.web.outside_calls import calls_other_servers
from portal.web.runtime import current_runtime
from portal.web.stores.access import owner_required
from portal.web.stores.blueprint import blueprint
from portal.web.stores.forms import ERASE, ConfirmNameForm, DisconnectForm


@blueprint.get("/<key:store_id>/disconnect")
@login_required
@owner_required
def confirm_disconnect(store: Store) -> ResponseReturnValue:
    """Explain the consequences of disconnecting and ask for the store's name."""
    return _disconnect_page(store, DisconnectForm(store))


@blueprint.post("/<key:store_id>/disconnect")
@login_required
@limiter.limit(CONTROL_BY_ADDRESS)
@owner_required
@calls_other_servers
def disconnect(store: Store) -> ResponseReturnValue:
    """Disconnect the store and, if the owner chose so, start the erasure of its mirror."""
    form = DisconnectForm(store)
    if not form.validate():
        return _disconnect_page(store, form), 422
    with_erasure = form.copy.data == ERASE
    owner = signed_in_merchant()
    result = disconnect_store(current_runtime(), store, owner, with_erasure=with_erasure)
    flash(_result_text(result), "success")
    return redirect(url_for("stores.show", store_id=store.id), 303)


@blueprint.get("/<key:store_id>/erase")
@login_required
@owner_required
def confirm_erase(store: Store) -> ResponseReturnValue:
    """Ask for confirmation before the mirror of a disconnected store is erased early."""
    return render_template("stores/erase.html", store=store, form=ConfirmNameForm(store))


@blueprint.post("/<key:store_id>/erase")
@login_required
@limiter.limit(CONTROL_BY_ADDRESS)
@owner_required
def erase(store: Store) -> ResponseReturnValue:
    """Start the erasure of the mirror."""
    form = ConfirmNameForm(store)
    if not form.validate():
        return render_template("stores/erase.html", store=store, form=form), 422
    if not request_immediate_erasure(current_runtime(), store, signed_in_merchant()):
        flash(
            _("This store is connected. Disconnect it first, then you can erase its data."), "error"
        )
    return redirect(url_for("stores.show", store_id=store.id), 303)


def _disconnect_page(store: Store, form: DisconnectForm) -> str:
    return render_template(
        "stores/disconnect.html",
        store=store,
        form=form,
        days=current_runtime().settings.mirror_retention_days,
        is_disconnected=store.state == StoreState.DISCONNECTED,
    )


def _result_text(result: UninstallResult) -> str:
    if result.app_removed:
        return _("Store disconnected. Our access is deleted and the app is removed from Ecwid.")
    return _(
        "Store disconnected and our access deleted. Please also remove the app in your Ecwid "
        "admin under “Apps” → “My apps”."
    )
