"""Connect links for merchants, and the list of unfinished onboardings."""

from __future__ import annotations

from dataclasses import dataclass

import structlog
from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from portal.models import ConnectJourney
from portal.rules.connection.connect_failures import LINK_GOOD_FOR, ConnectStep, remedy_of
from portal.services.connection.onboarding import (
    LABEL_LIMIT,
    browse_unfinished,
    make_link,
    token_of,
    withdraw_link,
)
from portal.web.label import Label
from portal.web.login import signed_in_merchant
from portal.web.operator.access import operator_required
from portal.web.operator.blueprint import blueprint
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
    """Form with the name of the merchant that a link is made for."""

    label = StringField(
        _l("Whom is it for?"),
        [
            DataRequired(_l("Write down whom it is for, so that you know it in the list.")),
            Length(max=LABEL_LIMIT, message=_l("Use at most %(max)d characters.")),
        ],
    )


@dataclass(frozen=True)
class Line:
    """One unfinished onboarding; ``link`` is None if the merchant started without one."""

    journey: ConnectJourney
    step: Label
    remedy: str
    link: str | None


@blueprint.get("/connects")
@operator_required
def connects() -> ResponseReturnValue:
    """List unfinished onboardings, newest first, with the form that creates a link."""
    return _page(LinkForm())


@blueprint.post("/connects")
@operator_required
def add_connect_link() -> ResponseReturnValue:
    """Create a link; the list shows it first, for copying."""
    form = LinkForm()
    if not form.validate():
        return _page(form), 422
    make_link(signed_in_merchant(), form.label.data.strip())
    flash(_("The link is ready: copy it from the list and send it."), "success")
    return redirect(url_for("operator.connects"), 303)


@blueprint.post("/connects/<key:journey_id>/withdraw")
@operator_required
def withdraw_connect(journey_id: int) -> ResponseReturnValue:
    """Remove an unfinished onboarding from the list; its link no longer works."""
    if not withdraw_link(journey_id):
        abort(404)
    log.info("connect.withdrawn", journey=journey_id, operator=signed_in_merchant().id)
    flash(_("It is off the list, and its link no longer works."), "info")
    return redirect(url_for("operator.connects"), 303)


def _page(form: LinkForm) -> str:
    page = browse_unfinished(after=key_in_query("after"), before=key_in_query("before"))
    return render_template(
        "operator/onboarding.html",
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
