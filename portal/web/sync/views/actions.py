"""Start, pause, resume and cancel runs, and read single records again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from flask_login import login_required

from portal.errors import RunRefusedError
from portal.models import Resource, RunKind, Store
from portal.services.runs import requested_runs, run_control
from portal.services.runtime import Runtime
from portal.services.sync.resync_records import resync_record
from portal.web.limits import CONTROL_BY_ADDRESS, limiter
from portal.web.runtime import current_runtime
from portal.web.stores.access import admins_may_act, get_store_or_404
from portal.web.sync.access import flash_refusal, get_resource_or_404
from portal.web.sync.blueprint import blueprint
from portal.web.undo import flash_with_undo


@dataclass(frozen=True)
class Action:
    """Action of a resource's button and the message that follows it."""

    control: Callable[[Runtime, Store, Resource], object]
    done: LazyString


def _start(kind: RunKind | None) -> Callable[[Runtime, Store, Resource], object]:
    return lambda runtime, store, resource: requested_runs.start(runtime, store, resource, kind)


ACTIONS: dict[str, Action] = {
    "start": Action(_start(None), _l("Checking for changes now.")),
    "reconcile": Action(_start(RunKind.RECONCILIATION), _l("Verifying all records now.")),
    "backfill": Action(_start(RunKind.BACKFILL), _l("Importing everything again now.")),
    "pause": Action(
        lambda _runtime, store, resource: run_control.pause(store, resource),
        _l("Paused. Nothing is synced until you resume it."),
    ),
    "resume": Action(run_control.resume, _l("Resumed.")),
}
_NAMES = ", ".join(ACTIONS)


@blueprint.post(f"/sync/<any({_NAMES}):action>/<resource>")
@login_required
@limiter.limit(CONTROL_BY_ADDRESS)
@admins_may_act
def control(store_id: int, action: str, resource: str) -> ResponseReturnValue:
    """Run the action of a resource's button."""
    store, chosen = get_store_or_404(store_id), get_resource_or_404(resource)
    try:
        ACTIONS[action].control(current_runtime(), store, chosen)
    except RunRefusedError as refused:
        flash_refusal(refused)
    else:
        _show_done(store, action, resource)
    return redirect(url_for("sync.index", store_id=store.id), 303)


def _show_done(store: Store, action: str, resource: str) -> None:
    done = str(ACTIONS[action].done)
    if action != "pause":
        flash(done, "info")
        return
    back = url_for("sync.control", store_id=store.id, action="resume", resource=resource)
    flash_with_undo(done, _("Resume"), back)


@blueprint.post("/sync/runs/<key:run_id>/cancel")
@login_required
@limiter.limit(CONTROL_BY_ADDRESS)
@admins_may_act
def cancel(store_id: int, run_id: int) -> ResponseReturnValue:
    store = get_store_or_404(store_id)
    try:
        run_control.cancel(store, run_id)
    except RunRefusedError as refused:
        flash_refusal(refused)
    else:
        flash(_("Run canceled. Records synced so far are kept."), "info")
    return redirect(url_for("sync.index", store_id=store.id), 303)


@blueprint.post("/sync/record")
@login_required
@limiter.limit(CONTROL_BY_ADDRESS)
@admins_may_act
def resync(store_id: int) -> ResponseReturnValue:
    """Read one record again."""
    store = get_store_or_404(store_id)
    resource = get_resource_or_404(request.form.get("resource", ""))
    try:
        resync_record(current_runtime(), store, resource, request.form.get("entity_id", "").strip())
    except RunRefusedError as refused:
        flash_refusal(refused)
    else:
        flash(_("Refreshing this record from Ecwid."), "info")
    return redirect(url_for("sync.index", store_id=store.id), 303)
