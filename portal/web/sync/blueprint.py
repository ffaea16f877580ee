"""Blueprint of the pages about a store's sync."""

from flask import Blueprint

blueprint = Blueprint("sync", __name__, url_prefix="/stores/<key:store_id>")
