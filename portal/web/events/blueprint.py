"""Blueprint of the pages about a store's webhook events."""

from flask import Blueprint

blueprint = Blueprint("events", __name__, url_prefix="/stores/<key:store_id>/events")
