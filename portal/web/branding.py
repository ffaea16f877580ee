"""Name, logo and support contact of the portal, on every page."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Flask, Response, abort, send_file, url_for
from flask_babel import gettext as _

from portal.config import Settings
from portal.web.assets import YEAR_S
from portal.web.runtime import current_runtime

blueprint = Blueprint("branding", __name__)


def set_up_branding(app: Flask, settings: Settings) -> None:
    """Provide name, logo and support contacts to the templates, and the route of the logo."""
    app.register_blueprint(blueprint)
    app.jinja_env.globals["brand"] = settings.brand

    @app.template_global()
    def portal_name() -> str:
        return settings.portal_name if settings.brand.is_named else _("Merchant portal")

    @app.template_global()
    def portal_logo() -> str:
        """Return the URL of the logo, empty if there is none."""
        if not settings.portal_logo or "://" in settings.portal_logo:
            return settings.portal_logo
        # A new file has a new URL, so browsers may keep the old one.
        changed = Path(settings.portal_logo).stat().st_mtime_ns
        return url_for("branding.logo", v=f"{changed:x}")


@blueprint.get("/logo")
def logo() -> Response:
    """Return the image of PORTAL_LOGO, if that is a file."""
    path = current_runtime().settings.portal_logo
    if not path or "://" in path:
        abort(404)
    return send_file(Path(path).absolute(), max_age=YEAR_S)
