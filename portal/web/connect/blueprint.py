"""Blueprint of the pages about connecting a store."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("connect", __name__, url_prefix="/connect")
