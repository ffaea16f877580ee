"""List the stylesheets, and give each static file an address that changes with its content."""

from __future__ import annotations

import hashlib
from functools import cache

from flask import Flask, url_for

from portal.places import STATIC

YEAR_S = 365 * 24 * 3600
DIGEST_LENGTH = 10


def set_up_assets(app: Flask) -> None:
    """Let templates name a static file by ``asset('css/base.css')``, cached for a year."""
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = YEAR_S
    digest = _digest if app.config.get("PORTAL_CACHES_ASSETS") else _digest.__wrapped__

    @app.template_global()
    def asset(name: str) -> str:
        return url_for("static", filename=name, v=digest(name))

    app.jinja_env.globals["component_styles"] = component_styles()


def component_styles() -> list[str]:
    """Return the stylesheets of the components, one for each macro file."""
    folder = STATIC / "css" / "components"
    return [f"css/components/{path.name}" for path in sorted(folder.glob("*.css"))]


@cache
def _digest(name: str) -> str:
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:DIGEST_LENGTH]
