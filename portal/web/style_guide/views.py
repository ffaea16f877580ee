"""Style guide: every component of `templates/components/`, only where PORTAL_ENV is development."""

from __future__ import annotations

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue

from portal.web.runtime import current_runtime
from portal.web.style_guide.samples import sample_form, samples

blueprint = Blueprint("style_guide", __name__)


@blueprint.get("/_style-guide")
def show() -> ResponseReturnValue:
    """Show the components; their theme follows the browser's setting."""
    if current_runtime().settings.is_production:
        abort(404)
    return render_template("style_guide/show.html", form=sample_form(), **samples())
