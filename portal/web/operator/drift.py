"""Show which fields of which stores have changed their type or disappeared."""

from __future__ import annotations

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.services.mirror.browse_drifts import browse_drifts
from portal.web.operator.access import operator_required
from portal.web.pagination import key_in_query

blueprint = Blueprint("operator", __name__, url_prefix="/operator")


@blueprint.get("/drift")
@operator_required
def drift() -> ResponseReturnValue:
    """List the changes of all stores, the newest first."""
    page = browse_drifts(after=key_in_query("after"), before=key_in_query("before"))
    return render_template(
        "operator/drift.html",
        drifts=page.rows,
        earlier=page.earlier and url_for("operator.drift", before=page.earlier),
        later=page.later and url_for("operator.drift", after=page.later),
    )
