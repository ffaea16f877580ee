"""Blueprint of the pages about webhook endpoints."""

from flask import Blueprint

blueprint = Blueprint("endpoints", __name__, url_prefix="/account/webhooks")
