"""Blueprint of the pages about stores."""

from flask import Blueprint

blueprint = Blueprint("stores", __name__, url_prefix="/stores")
