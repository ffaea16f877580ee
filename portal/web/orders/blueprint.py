"""Blueprint of the pages about a store's orders."""

from flask import Blueprint

blueprint = Blueprint("orders", __name__, url_prefix="/stores/<key:store_id>/orders")
