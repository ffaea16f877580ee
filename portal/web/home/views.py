"""Start page."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
def index() -> ResponseReturnValue:
    """Describe the portal; redirect signed-in merchants to their stores."""
    if current_user.is_authenticated:
        return redirect(url_for("stores.index"))
    return render_template("home/index.html")
