"""Blueprint of the operator pages."""

from flask import Blueprint

blueprint = Blueprint("operator", __name__, url_prefix="/operator")
