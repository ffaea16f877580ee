"""Blueprint of the API."""

from __future__ import annotations

from flask import Blueprint

from portal.web.api.authentication import GUESSES_BY_ADDRESS, is_guess, is_known
from portal.web.limits import limiter

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")

# Applies to every endpoint, next to the limit that each one declares.
limiter.limit(GUESSES_BY_ADDRESS, deduct_when=is_guess, exempt_when=is_known)(blueprint)
