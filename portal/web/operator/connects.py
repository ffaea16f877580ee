"""Let operators invite merchants by a link, and see who has not come to a connected store yet."""

from __future__ import annotations

from dataclasses import dataclass

import structlog
from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from portal.models import ConnectJourney
from portal.rules.connect_steps import LINK_GOOD_FOR, ConnectStep, remedy_of
from portal.services.connection.connect_journeys import (
    LABEL_LIMIT,
    browse_unfinished,
    make_link,
    token_of,
    withdraw_link,
)
from portal.web.label import Label
from portal.web.login import signed_in_merchant
from portal.web.operator.access import operator_required
from portal.web.pagination import key_in_query
from portal.web.runtime import current_runtime

log = structlog.get_logger(__name__)

STEPS: dict[str, Label] = {
    ConnectStep.INVITED: Label(_l("Link not used yet"), "info"),
    ConnectStep.AT_ECWID: Label(_l("Sent to Ecwid"), "info"),
    ConnectStep.REFUSED: Label(_l("Stopped"), "warn"),
}
EXPIRED = Label(_l("Link expired"), "plain")


class LinkForm(FlaskForm):
    """Ask whom a link is for."""

    label = StringField(
        _l("Whom is it for?"),
        [
            DataRequired(_l("Write down whom it is for, so that you know it in the list.")),
            Length(max=LABEL_LIMIT, message=_l("Use at most %(max)d characters.")),
        ],
    )


@dataclass(frozen=True)
class Line:
    """Hold one unfinished connect as the list shows it; ``link`` is None for an own one."""

    journey: ConnectJourney
    step: Label
    remedy: str
    link: str | None


def add_to(blueprint: Blueprint) -> None:
    """Add the pages to the operator's blueprint."""
    blueprint.get("/connects")(operator_required(connects))
    blueprint.post("/connects")(operator_required(add_connect_link))
    blueprint.post("/connects/<key:journey_id>/withdraw")(operator_required(withdraw_connect))


def connects() -> ResponseReturnValue:
    """List the unfinished connects, the newest first, with the form that makes a link."""
    return _page(LinkForm())


def add_connect_link() -> ResponseReturnValue:
    """Make a link; it stands at the top of the list, to be copied."""
    form = LinkForm()
    if not form.validate():
        return _page(form), 422
    make_link(signed_in_merchant(), form.label.data.strip())
    flash(_("The link is ready: copy it from the list and send it."), "success")
    return redirect(url_for("operator.connects"), 303)


def withdraw_connect(journey_id: int) -> ResponseReturnValue:
    """Take an unfinished connect off the list; its link, if any, is void."""
    if not withdraw_link(journey_id):
        abort(404)
    log.info("connect.withdrawn", journey=journey_id, operator=signed_in_merchant().id)
    flash(_("It is off the list, and its link no longer works."), "info")
    return redirect(url_for("operator.connects"), 303)


def _page(form: LinkForm) -> str:
    page = browse_unfinished(after=key_in_query("after"), before=key_in_query("before"))
    return render_template(
        "operator/connects.html",
        form=form,
        days=LINK_GOOD_FOR.days,
        lines=[_line(journey) for journey in page.rows],
        earlier=page.earlier and url_for("operator.connects", before=page.earlier),
        later=page.later and url_for("operator.connects", after=page.later),
    )


def _line(journey: ConnectJourney) -> Line:
    settings = current_runtime().settings
    link = None
    if journey.is_link and journey.is_open:
        path = url_for("connect.guide", token=token_of(settings.secret_key, journey))
        link = f"{settings.portal_url}{path}"
    return Line(
        journey,
        EXPIRED if journey.is_expired else STEPS[journey.step],
        remedy_of(journey.step, journey.problem, is_expired=journey.is_expired),
        link,
    )
