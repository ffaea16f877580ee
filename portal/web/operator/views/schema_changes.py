"""Fields of Ecwid's records that changed their type or disappeared."""

from __future__ import annotations

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from portal.services.mirror.list_schema_changes import list_schema_changes
from portal.web.operator.access import operator_required
from portal.web.operator.blueprint import blueprint
from portal.web.pagination import id_param


@blueprint.get("/schema-changes")
@operator_required
def schema_changes() -> ResponseReturnValue:
    """List the schema changes of all stores, newest first."""
    page = list_schema_changes(after=id_param("after"), before=id_param("before"))
    return render_template(
        "operator/schema_changes.html",
        changes=page.rows,
        earlier=page.earlier and url_for("operator.schema_changes", before=page.earlier),
        later=page.later and url_for("operator.schema_changes", after=page.later),
    )
