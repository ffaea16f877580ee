"""Blueprint of the pages for signing up, signing in and resetting the password."""

from flask import Blueprint

blueprint = Blueprint("accounts", __name__)
