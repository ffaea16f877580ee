"""Replay one event, or all events that match a filter after a confirmation."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import login_required

from portal.errors import RunRefusedError
from portal.models import EventReplay, Merchant, Store
from portal.services.events.event_filter import EventFilter
from portal.services.events.list_replays import (
    ReplayProgress,
    list_replays,
    progress_by_id,
    progress_of,
)
from portal.services.events.replay_events import (
    cancel_replay,
    count_replayable,
    replay_matching,
)
from portal.services.events.replay_events import replay_event as replay_one_event
from portal.web.events.access import get_event_or_404, get_replay_or_404
from portal.web.events.blueprint import blueprint
from portal.web.events.filter_form import read_filter
from portal.web.formats import number
from portal.web.limits import CONTROL_BY_ADDRESS, limiter
from portal.web.login import signed_in_merchant
from portal.web.pagination import id_param
from portal.web.runtime import current_runtime
from portal.web.stores.access import admins_may_act, get_store_or_404, live_part
from portal.web.sync.access import flash_refusal


@blueprint.get("/replay")
@login_required
@admins_may_act
def confirm_replay(store_id: int) -> ResponseReturnValue:
    """Show how many events would be replayed and ask for confirmation."""
    store, form = get_store_or_404(store_id), read_filter(request.args)
    return _confirmation(store, form.arguments, form.wanted, dict(form.problems))


@blueprint.post("/replay")
@login_required
@limiter.limit(CONTROL_BY_ADDRESS)
@admins_may_act
def start_replay(store_id: int) -> ResponseReturnValue:
    """Start a replay of all events that match the form's filter."""
    store, form = get_store_or_404(store_id), read_filter(request.form)
    if form.problems:
        return _confirmation(store, form.arguments, form.wanted, dict(form.problems))
    try:
        kept = replay_matching(current_runtime(), store, form.wanted, signed_in_merchant())
    except RunRefusedError as refused:
        flash_refusal(refused)
        return redirect(url_for("events.index", store_id=store.id, **form.arguments), 303)  # type: ignore[arg-type]
    flash(_("Replay started."), "info")
    return redirect(url_for("events.replay", store_id=store.id, replay_id=kept.id), 303)


@blueprint.post("/<event_id>/replay")
@login_required
@limiter.limit(CONTROL_BY_ADDRESS)
@admins_may_act
def replay_event(store_id: int, event_id: str) -> ResponseReturnValue:
    store = get_store_or_404(store_id)
    event = get_event_or_404(store, event_id)
    try:
        replay_one_event(current_runtime(), store, event, signed_in_merchant())
    except RunRefusedError as refused:
        flash_refusal(refused)
    else:
        flash(_("We're processing this event again."), "info")
    return redirect(url_for("events.show", store_id=store.id, event_id=event.event_id), 303)


@blueprint.post("/replays/<key:replay_id>/cancel")
@login_required
@limiter.limit(CONTROL_BY_ADDRESS)
@admins_may_act
def cancel(store_id: int, replay_id: int) -> ResponseReturnValue:
    """Cancel a replay and show how many of its events were processed."""
    store = get_store_or_404(store_id)
    kept = get_replay_or_404(store, replay_id)
    try:
        ended = cancel_replay(store, kept, signed_in_merchant())
    except RunRefusedError as refused:
        flash_refusal(refused)
    else:
        done = ngettext(
            "Replay canceled. %(count)s event had been processed again.",
            "Replay canceled. %(count)s events had been processed again.",
            ended.done,
            count=number(ended.done),
        )
        left = ngettext(
            "%(count)s pending event was restored to its earlier state.",
            "%(count)s pending events were restored to their earlier state.",
            ended.canceled,
            count=number(ended.canceled),
        )
        flash(f"{done} {left}", "info")
    return redirect(url_for("events.replay", store_id=store.id, replay_id=kept.id), 303)


@blueprint.get("/replays")
@login_required
def replays(store_id: int) -> ResponseReturnValue:
    """List the replays, newest first."""
    store = get_store_or_404(store_id)
    page = list_replays(store, after=id_param("after"), before=id_param("before"))
    progress = progress_by_id([kept.id for kept in page.rows])

    def address(**place: int) -> str:
        return url_for("events.replays", store_id=store.id, **place)  # type: ignore[arg-type]

    return render_template(
        "events/replays.html",
        store=store,
        replays=[_facts(store, kept, progress[kept.id]) for kept in page.rows],
        earlier=page.earlier and address(before=page.earlier),
        later=page.later and address(after=page.later),
    )


@blueprint.get("/replays/<key:replay_id>")
@login_required
def replay(store_id: int, replay_id: int) -> ResponseReturnValue:
    """Show one replay."""
    store = get_store_or_404(store_id)
    return render_template(
        "events/replay.html", **_facts(store, get_replay_or_404(store, replay_id))
    )


@blueprint.get("/replays/<key:replay_id>/progress")
@login_required
@live_part
def replay_progress(store_id: int, replay_id: int) -> ResponseReturnValue:
    """Render the live part of a replay's page, which htmx polls."""
    store = get_store_or_404(store_id)
    return render_template(
        "stores/progress.html",
        part="events/_replay.html",
        **_facts(store, get_replay_or_404(store, replay_id)),
    )


def _confirmation(
    store: Store, arguments: dict[str, str], wanted: EventFilter, problems: dict[str, str]
) -> ResponseReturnValue:
    return render_template(
        "events/confirm.html",
        store=store,
        arguments=arguments,
        wanted=wanted,
        problems=problems,
        count=count_replayable(store, wanted),
    ), 422 if problems else 200


def _facts(
    store: Store, kept: EventReplay, progress: ReplayProgress | None = None
) -> dict[str, Any]:
    return {
        "store": store,
        "replay": kept,
        "wanted": EventFilter.from_json(kept.event_filter),
        "progress": progress or progress_of(kept),
        "asked_by": _name(kept.requested_by),
        "canceled_by": _name(kept.canceled_by),
    }


def _name(person: Merchant | None) -> str:
    return person.display_name if person else _("an operator")
