"""Show what happened to a store, and what was wrong with it and for how long."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_required

from portal.models import Timeline
from portal.rules.happenings import FACTS
from portal.rules.happenings import happening as words_of
from portal.rules.issue_titles import TITLES
from portal.rules.scopes import SCOPES
from portal.services.connection.browse_timeline import browse_timeline
from portal.services.notifications.issues import open_issues, past_issues
from portal.web.formats import duration, moment, number
from portal.web.labels import feature
from portal.web.pagination import key_in_query
from portal.web.stores.access import get_store_or_404


def add_to(blueprint: Blueprint) -> None:
    """Add the page to the stores' blueprint, and what its templates use."""
    blueprint.get("/<key:store_id>/timeline")(login_required(timeline))
    blueprint.add_app_template_filter(happening)
    blueprint.add_app_template_filter(particulars)
    blueprint.add_app_template_filter(issue_title)


def timeline(store_id: int) -> ResponseReturnValue:
    """List what happened, the newest first; the first page begins with past issues."""
    store = get_store_or_404(store_id)
    after, before = key_in_query("after"), key_in_query("before")
    page = browse_timeline(store, after=after, before=before)
    is_first = page.earlier is None

    def address(**place: int) -> str:
        return url_for("stores.timeline", store_id=store.id, **place)  # type: ignore[arg-type]

    return render_template(
        "stores/timeline.html",
        store=store,
        issues=open_issues(store.id) if is_first else (),
        past=past_issues(store.id) if is_first else (),
        entries=page.rows,
        earlier=page.earlier and address(before=page.earlier),
        later=page.later and address(after=page.later),
    )


def happening(entry: Timeline) -> str:
    """Return what happened, in words."""
    return str(_(words_of(entry.what)))


def issue_title(kind: str, *, is_over: bool = False) -> str:
    """Return in a few words what an issue was about, or what is well again."""
    title = TITLES[kind]
    return str(_(title.recovery if is_over else title.trouble))


def particulars(entry: Timeline) -> list[str]:
    """Return what else is to be said of an entry, a line each."""
    return [line for line in _lines(entry) if line]


def _lines(entry: Timeline) -> Iterator[str]:
    detail = entry.detail
    if entry.what.startswith("issue_") and detail.get("kind") in TITLES:
        yield issue_title(detail["kind"])
    if "lasted_s" in detail:
        yield str(
            _("It lasted %(length)s.", length=duration(timedelta(seconds=detail["lasted_s"])))
        )
    yield from (name for name in detail.get("scopes", ()) if name in SCOPES)
    if detail.get("plan"):
        yield str(_("Plan: %(plan)s", plan=detail["plan"]))
    if detail.get("features"):
        lacking = ", ".join(feature(name) for name in detail["features"])
        yield str(_("Not part of it: %(features)s", features=lacking))
    if "until" in detail:
        begin, end = (moment(datetime.fromisoformat(detail[name])) for name in ("from", "until"))
        yield str(_("From %(begin)s to %(end)s", begin=begin, end=end))
    if "rows" in detail:
        yield str(_("Rows: %(count)s", count=number(detail["rows"])))
    for fact, title in FACTS.items():
        if fact in detail:
            before, now = detail[fact]
            yield f"{_(title)}: {before or '–'} → {now or '–'}"
