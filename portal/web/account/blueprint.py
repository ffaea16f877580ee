"""Blueprint of the pages about the signed-in merchant's account."""

from flask import Blueprint

blueprint = Blueprint("account", __name__, url_prefix="/account")
