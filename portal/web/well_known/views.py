"""`/.well-known/security.txt`: where to report a vulnerability (RFC 9116)."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import quote

from flask import Blueprint, Response, abort

from portal.config import Settings
from portal.models import utc_now
from portal.web.runtime import current_runtime

blueprint = Blueprint("well_known", __name__)

SECURITY_TXT = "/.well-known/security.txt"
# RFC 9116, section 2.5.5, recommends less than a year.
VALID_FOR = timedelta(days=180)


@blueprint.get(SECURITY_TXT)
def security_txt() -> Response:
    """Respond with the contact for vulnerabilities, or with 404 without SECURITY_CONTACT."""
    settings = current_runtime().settings
    if not settings.security_contact:
        abort(404)
    return Response(security_text(settings, utc_now()), mimetype="text/plain")


def security_text(settings: Settings, now: datetime) -> str:
    """Return the text of the file.

    It expires 180 days after the beginning of the day ``now``, so it is valid as long as the portal
    runs. ``Canonical`` is left out without https, which the RFC requires of it.
    """
    expires_at = now.replace(hour=0, minute=0, second=0, microsecond=0) + VALID_FOR
    lines = [
        f"Contact: {_uri(settings.security_contact)}",
        f"Expires: {expires_at:%Y-%m-%dT%H:%M:%SZ}",
    ]
    if settings.portal_url.startswith("https://"):
        lines.append(f"Canonical: {settings.portal_url}{SECURITY_TXT}")
    return "\n".join(lines) + "\n"


def _uri(contact: str) -> str:
    """Return the URI of an e-mail address or https URL."""
    return contact if "://" in contact else f"mailto:{quote(contact, safe='@+')}"
