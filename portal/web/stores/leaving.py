"""Let the owner of a store disconnect it, and have its copy erased."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import login_required
from flask_wtf import FlaskForm
from wtforms import RadioField, StringField
from wtforms.validators import DataRequired, ValidationError

from portal.models import CopyErasure, Membership, Role, Store, StoreState
from portal.services.connection.disconnect_store import Farewell, disconnect_store, erase_now
from portal.services.connection.erase_copy import erased_at, last_erasure
from portal.web.limits import CONTROL_BY_ADDRESS, limiter
from portal.web.login import signed_in_merchant
from portal.web.runtime import current_runtime
from portal.web.stores.access import get_owned_store_or_404

KEEP, ERASE = "keep", "erase"


@dataclass(frozen=True)
class Leaving:
    """Hold how the copy of a disconnected store stands, and whether the reader may erase it."""

    erases_at: datetime
    erasure: CopyErasure | None
    is_owner: bool

    @property
    def is_erasing(self) -> bool:
        """Tell whether rows are going just now."""
        return self.erasure is not None and self.erasure.finished_at is None


class NameForm(FlaskForm):
    """Ask for the store's name, so that nobody does this by a slip."""

    name = StringField(_l("The store's name"), [DataRequired(_l("Type the store's name."))])

    def __init__(self, store: Store) -> None:
        super().__init__()
        self._store_name = store.name

    def validate_name(self, field: StringField) -> None:
        """Refuse another name; upper and lower case, and spaces, don't matter."""
        if _plain(field.data or "") != _plain(self._store_name):
            raise ValidationError(_("This is not the store's name. It stands above, to be copied."))


class LeaveForm(NameForm):
    """Ask besides what is to become of the copy."""

    copy = RadioField(
        _l("The copy of your store"),
        [DataRequired(_l("Choose what is to become of the copy."))],
        choices=[KEEP, ERASE],
        default=KEEP,
    )


def add_to(blueprint: Blueprint) -> None:
    """Add the pages to the stores' blueprint."""
    path = "/<key:store_id>/disconnect"
    blueprint.get(path)(login_required(ask_to_leave))
    blueprint.post(path)(login_required(limiter.limit(CONTROL_BY_ADDRESS)(leave)))
    path = "/<key:store_id>/erase"
    blueprint.get(path)(login_required(ask_to_erase))
    blueprint.post(path)(login_required(limiter.limit(CONTROL_BY_ADDRESS)(erase)))


def leaving_of(store: Store) -> Leaving | None:
    """Return how the copy of a disconnected store stands; None if it isn't disconnected."""
    at = erased_at(store, current_runtime().settings.mirror_kept_days)
    if at is None:
        return None
    role = Membership.role_of(signed_in_merchant(), store.id)
    return Leaving(at, last_erasure(store), role is Role.OWNER)


def ask_to_leave(store_id: int) -> ResponseReturnValue:
    """Say what disconnecting means, and ask for the store's name."""
    store = get_owned_store_or_404(store_id)
    return _leave_page(store, LeaveForm(store))


def leave(store_id: int) -> ResponseReturnValue:
    """Disconnect the store."""
    store = get_owned_store_or_404(store_id)
    form = LeaveForm(store)
    if not form.validate():
        return _leave_page(store, form), 422
    erases_now = form.copy.data == ERASE
    owner = signed_in_merchant()
    farewell = disconnect_store(current_runtime(), store, owner, erases_now=erases_now)
    flash(_told(farewell), "success")
    return redirect(url_for("stores.show", store_id=store.id), 303)


def ask_to_erase(store_id: int) -> ResponseReturnValue:
    """Ask whether the kept copy of a disconnected store is to be erased before its time."""
    store = get_owned_store_or_404(store_id)
    return render_template("stores/erase.html", store=store, form=NameForm(store))


def erase(store_id: int) -> ResponseReturnValue:
    """Have the copy erased now."""
    store = get_owned_store_or_404(store_id)
    form = NameForm(store)
    if not form.validate():
        return render_template("stores/erase.html", store=store, form=form), 422
    if not erase_now(current_runtime(), store, signed_in_merchant()):
        flash(_("The store is connected. Disconnect it first; there you can erase, too."), "error")
    return redirect(url_for("stores.show", store_id=store.id), 303)


def _leave_page(store: Store, form: LeaveForm) -> str:
    return render_template(
        "stores/disconnect.html",
        store=store,
        form=form,
        days=current_runtime().settings.mirror_kept_days,
        is_disconnected=store.state == StoreState.DISCONNECTED,
    )


def _told(farewell: Farewell) -> str:
    if farewell.app_removed:
        return _("The store is disconnected: our access is erased, the app removed at Ecwid.")
    return _(
        "The store is disconnected and our access is erased. Remove the app at Ecwid, too: in your "
        "control panel under “Apps”, “My apps”."
    )


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()
