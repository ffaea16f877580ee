"""Security events of all accounts."""

from __future__ import annotations

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.services.accounts.list_security_events import list_security_events
from portal.web.operator.access import operator_required
from portal.web.operator.blueprint import blueprint
from portal.web.operator.security_filter import read_security_filter
from portal.web.pagination import id_param
from portal.web.security_labels import EVENT_LABELS


@blueprint.get("/security")
@operator_required
def security_events() -> ResponseReturnValue:
    """List or search the events, newest first."""
    form = read_security_filter(request.args)
    page = list_security_events(form.wanted, after=id_param("after"), before=id_param("before"))

    def address(**place: int) -> str:
        return url_for("operator.security_events", **form.arguments, **place)  # type: ignore[arg-type]

    return render_template(
        "operator/security_events.html",
        form=form,
        events=page.rows,
        kinds=[(kind, label.text) for kind, label in EVENT_LABELS.items()],
        earlier=page.earlier and address(before=page.earlier),
        later=page.later and address(after=page.later),
    ), 422 if form.problems else 200
