"""Texts of timeline entries and issues, as template filters."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from flask_babel import gettext as _

from portal.models import TimelineEntry
from portal.rules.connection.issue_titles import TITLES
from portal.rules.connection.scopes import SCOPES
from portal.services.operator.support_views import SUPPORT_VIEWED
from portal.web.formats import duration, moment, number
from portal.web.labels import ROLES, feature
from portal.web.stores.blueprint import blueprint
from portal.web.stores.timeline_labels import STORE_FIELD_LABELS
from portal.web.stores.timeline_labels import timeline_label as event_label


@blueprint.app_template_filter()
def entry_title(entry: TimelineEntry) -> str:
    return str(_(event_label(entry.what)))


@blueprint.app_template_filter()
def entry_actor(entry: TimelineEntry) -> str:
    """Return who caused a timeline entry: a person, support without one, or the portal."""
    if entry.actor:
        return str(entry.actor.display_name)
    return str(_("Support") if entry.what == SUPPORT_VIEWED else _("Automatic"))


@blueprint.app_template_filter()
def issue_title(kind: str, *, is_over: bool = False) -> str:
    """Return the title of an issue, or of its recovery."""
    title = TITLES[kind]
    return str(_(title.resolved_title if is_over else title.open_title))


@blueprint.app_template_filter()
def entry_details(entry: TimelineEntry) -> list[str]:
    """Return the details of a timeline entry, one line each."""
    return [line for line in _lines(entry) if line]


def _lines(entry: TimelineEntry) -> Iterator[str]:
    detail = entry.detail
    if entry.what.startswith("issue_") and detail.get("kind") in TITLES:
        yield issue_title(detail["kind"])
    if "lasted_s" in detail:
        yield str(_("Duration: %(length)s", length=duration(timedelta(seconds=detail["lasted_s"]))))
    yield from (name for name in detail.get("scopes", ()) if name in SCOPES)
    if detail.get("plan"):
        yield str(_("Plan: %(plan)s", plan=detail["plan"]))
    if detail.get("features"):
        lacking = ", ".join(feature(name) for name in detail["features"])
        yield str(_("Not included: %(features)s", features=lacking))
    if "until" in detail:
        begin, end = (moment(datetime.fromisoformat(detail[name])) for name in ("from", "until"))
        yield str(_("From %(begin)s to %(end)s", begin=begin, end=end))
    if "roles" in detail:
        before, now = (str(ROLES[name].text) for name in detail["roles"])
        yield str(_("Role: %(before)s → %(now)s", before=before, now=now))
    if "rows" in detail:
        yield str(_("Records: %(count)s", count=number(detail["rows"])))
    for fact, title in STORE_FIELD_LABELS.items():
        if fact in detail:
            before, now = map(_shown, detail[fact])
            yield f"{_(title)}: {before} → {now}"


def _shown(value: object) -> str:
    """Return a fact's value; only whether the storefront is closed is true or false."""
    if isinstance(value, bool):
        return str(_("closed") if value else _("open"))
    return str(value or "–")
