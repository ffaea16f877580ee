"""Blueprint of the operators' pages."""

from flask import Blueprint

blueprint = Blueprint("operator", __name__, url_prefix="/operator")
