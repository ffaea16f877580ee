"""Blueprint of the API."""

from __future__ import annotations

from flask import Blueprint

from portal.web.api.authentication import (
    FAILED_AUTHENTICATION_BY_ADDRESS,
    has_valid_key,
    is_failed_authentication,
)
from portal.web.limits import limiter

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")

# Applies to every endpoint, in addition to the limit that each endpoint declares.
limiter.limit(
    FAILED_AUTHENTICATION_BY_ADDRESS,
    deduct_when=is_failed_authentication,
    exempt_when=has_valid_key,
)(blueprint)
