"""Onboarding links for merchants and the list of unfinished onboardings."""

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

from portal.models import Onboarding
from portal.rules.connection.connect_failures import LINK_TTL, ConnectStep, hint_for
from portal.services.connection.onboarding import (
    LABEL_LIMIT,
    create_link,
    link_token,
    list_unfinished_onboardings,
    withdraw_link,
)
from portal.web.label import Label
from portal.web.login import signed_in_merchant
from portal.web.operator.access import operator_required
from portal.web.operator.blueprint import blueprint
from portal.web.pagination import id_param
from portal.web.runtime import current_runtime

log = structlog.get_logger(__name__)

STEPS: dict[str, Label] = {
    ConnectStep.INVITED: Label(_l("Link not used yet"), "info"),
    ConnectStep.AT_ECWID: Label(_l("Sent to Ecwid"), "info"),
    ConnectStep.REFUSED: Label(_l("Stopped"), "warn"),
}
EXPIRED = Label(_l("Link expired"), "plain")


class InviteForm(FlaskForm):
    """Form with the name of the merchant who gets the link."""

    label = StringField(
        _l("Whom is it for?"),
        [
            DataRequired(_l("Write down whom it is for, so that you know it in the list.")),
            Length(max=LABEL_LIMIT, message=_l("Use at most %(max)d characters.")),
        ],
    )


@dataclass(frozen=True)
class OnboardingRow:
    """One unfinished onboarding; ``link`` is None if the merchant started without one."""

    onboarding: Onboarding
    step: Label
    operator_hint: str
    link: str | None


@blueprint.get("/onboarding")
@operator_required
def onboarding_list() -> ResponseReturnValue:
    """List unfinished onboardings, newest first, with a form that creates a link."""
    return _page(InviteForm())


@blueprint.post("/onboarding")
@operator_required
def create_invite_link() -> ResponseReturnValue:
    """Create a link. It appears at the top of the list, to be copied."""
    form = InviteForm()
    if not form.validate():
        return _page(form), 422
    create_link(signed_in_merchant(), form.label.data.strip())
    flash(_("The link is ready: copy it from the list and send it."), "success")
    return redirect(url_for("operator.onboarding_list"), 303)


@blueprint.post("/onboarding/<key:onboarding_id>/withdraw")
@operator_required
def withdraw_onboarding(onboarding_id: int) -> ResponseReturnValue:
    """Remove an unfinished onboarding from the list; its link no longer works."""
    if not withdraw_link(onboarding_id):
        abort(404)
    log.info("onboarding.withdrawn", onboarding=onboarding_id, operator=signed_in_merchant().id)
    flash(_("It is off the list, and its link no longer works."), "info")
    return redirect(url_for("operator.onboarding_list"), 303)


def _page(form: InviteForm) -> str:
    page = list_unfinished_onboardings(after=id_param("after"), before=id_param("before"))
    return render_template(
        "operator/onboarding.html",
        form=form,
        days=LINK_TTL.days,
        rows=[_row(onboarding) for onboarding in page.rows],
        earlier=page.earlier and url_for("operator.onboarding_list", before=page.earlier),
        later=page.later and url_for("operator.onboarding_list", after=page.later),
    )


def _row(onboarding: Onboarding) -> OnboardingRow:
    settings = current_runtime().settings
    link = None
    if onboarding.is_invite_link and onboarding.is_open:
        path = url_for(
            "connect.onboarding_guide", token=link_token(settings.secret_key, onboarding)
        )
        link = f"{settings.portal_url}{path}"
    return OnboardingRow(
        onboarding,
        EXPIRED if onboarding.is_expired else STEPS[onboarding.step],
        hint_for(onboarding.step, onboarding.failure_reason, is_expired=onboarding.is_expired),
        link,
    )
