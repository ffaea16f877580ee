"""Start page."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from portal.web.login import signed_in_merchant

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
def index() -> ResponseReturnValue:
    """Describe the portal; redirect merchants to their stores, and operators to all stores."""
    if current_user.is_authenticated:
        is_operator = signed_in_merchant().is_operator
        return redirect(url_for("operator.stores" if is_operator else "stores.index"))
    return render_template("home/index.html")
