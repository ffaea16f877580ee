"""Start page."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from portal.web.accounts.next_page import start_page

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
def index() -> ResponseReturnValue:
    """Describe the portal; redirect merchants to their stores, and operators to all stores."""
    if current_user.is_authenticated:
        return redirect(start_page())
    return render_template("home/index.html")
