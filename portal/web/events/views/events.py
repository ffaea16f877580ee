"""List and search a store's events, and show a single one."""

from __future__ import annotations

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required

from portal.models import EventState
from portal.models.fields import dump_json
from portal.rules.sync.record_diff import FIELDS_LIMIT, VALUE_LIMIT
from portal.rules.webhooks.event_types import topic_of
from portal.services.events.index_event_terms import terms_indexed_until
from portal.services.events.index_scans import event_types
from portal.services.events.list_events import circuit_of, event_details, find_events
from portal.services.events.list_replays import running_replay
from portal.web.event_words import event_lines
from portal.web.events.access import get_event_or_404
from portal.web.events.blueprint import blueprint
from portal.web.events.definitions import (
    ATTEMPT_DEFINITIONS,
    EVENT_DEFINITIONS,
    UNCHANGED_DEFINITIONS,
)
from portal.web.events.filter_form import read_filter
from portal.web.formats import pretty_json
from portal.web.pagination import id_param
from portal.web.stores.access import get_store_or_404

PAYLOAD_SHOWN = 4_000
CALLS_SHOWN = 20
FIELDS_SHOWN = 12
# Replays may add many; the page shows the latest.
CHANGES_SHOWN = 5
ATTEMPTS_SHOWN = 10


@blueprint.get("")
@login_required
def index(store_id: int) -> ResponseReturnValue:
    """List or search the events, newest first."""
    store, form = get_store_or_404(store_id), read_filter(request.args)
    after = id_param("after")
    before = 0 if "oldest" in request.args else id_param("before")
    page = find_events(store, form.wanted, after=after, before=before)

    def address(**place: int) -> str:
        return url_for("events.index", store_id=store.id, **form.arguments, **place)  # type: ignore[arg-type]

    return render_template(
        "events/index.html",
        store=store,
        form=form,
        types=event_types(store.id),
        states=list(EventState),
        definitions=EVENT_DEFINITIONS,
        lines=event_lines(store.id, page.rows),
        searched_back_to=page.searched_back_to,
        indexed_until=terms_indexed_until(),
        circuit=circuit_of(store.id),
        replay=running_replay(store),
        newest=address() if page.earlier else None,
        earlier=page.earlier and address(before=page.earlier),
        later=page.later and address(after=page.later),
        oldest=address(oldest=1) if page.later else None,
    ), 422 if form.problems else 200


@blueprint.get("/<event_id>")
@login_required
def show(store_id: int, event_id: str) -> ResponseReturnValue:
    """Show one event with its payload, its processing and its changes."""
    store = get_store_or_404(store_id)
    event = get_event_or_404(store, event_id)
    text = pretty_json(event.payload)
    return render_template(
        "events/show.html",
        store=store,
        event=event,
        details=event_details(event),
        line=event_lines(store.id, [event])[0],
        payload=text[:PAYLOAD_SHOWN],
        payload_left=max(0, len(text) - PAYLOAD_SHOWN),
        definition=EVENT_DEFINITIONS.get(event.state, ""),
        attempt_definitions=ATTEMPT_DEFINITIONS,
        unchanged=UNCHANGED_DEFINITIONS.get(topic_of(event.type), ""),
        changes_shown=CHANGES_SHOWN,
        attempts_shown=ATTEMPTS_SHOWN,
        calls_shown=CALLS_SHOWN,
        fields_shown=FIELDS_SHOWN,
        fields_kept=FIELDS_LIMIT,
        value_kept=VALUE_LIMIT,
    )


@blueprint.get("/<event_id>/payload.json")
@login_required
def payload(store_id: int, event_id: str) -> ResponseReturnValue:
    """Return the complete payload as a file."""
    event = get_event_or_404(get_store_or_404(store_id), event_id)
    answer = Response(dump_json(event.payload), mimetype="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="event-{event.id}.json"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
