"""Live parts of pages: browsers poll them, and get a 204 as long as nothing has changed.

The macro ``live`` of ``components/live.html`` writes such a part, and ``static/js/live.js`` polls
it with the version of the part that it shows.
"""

from __future__ import annotations

import hashlib
import re

from flask import Flask, Response, g, request
from markupsafe import Markup

from portal.web.masked_csrf import written_csrf_token

# Request header with the version that the browser shows. htmx sends the id as HX-Target.
VERSION_HEADER = "Live-Version"
VERSION_LENGTH = 16
_VERSION_PLACE = 'data-live-version=""'
# Relative times change without news; live.js keeps them current in the browser.
_RELATIVE_TIME = re.compile(r"(<time\b[^>]*\bdata-ago\b[^>]*>)[^<]*")
_PARTS, _EXTRAS = "live_parts", "live_extras"


def set_up_live_parts(app: Flask) -> None:
    """Register the filters that note live parts, and answer polls with the part alone."""
    app.template_filter()(live_part)
    app.template_filter()(live_extra)
    app.template_global()(is_live_poll)
    app.after_request(_answer_poll)


def is_live_poll() -> bool:
    """Return whether the browser polls a live part, so nobody sees the rest of the page."""
    return VERSION_HEADER in request.headers


def live_part(html: str, part_id: str) -> Markup:
    """Note a rendered live part, and write its version into its first tag."""
    html = str(html)  # Markup escapes what replaces a part of it
    noted = "".join([html, *g.get(_EXTRAS, [])])
    # A CSRF token is different in each response.
    token = written_csrf_token()
    if token:
        noted = noted.replace(token, "")
    noted = _RELATIVE_TIME.sub(r"\1", noted)
    version = hashlib.sha256(noted.encode()).hexdigest()[:VERSION_LENGTH]
    part = html.replace(_VERSION_PLACE, f'data-live-version="{version}"', 1)
    g.setdefault(_PARTS, {})[part_id] = version, part
    return Markup(part)  # noqa: S704  # nosec B704 - rendered by Jinja with autoescape


def live_extra(html: str) -> Markup:
    """Note a rendered element outside of the live part that polls update as well.

    It has to be rendered before the part, because the part's version covers it.
    """
    g.setdefault(_EXTRAS, []).append(str(html))
    return Markup(html)  # noqa: S704  # nosec B704 - rendered by Jinja with autoescape


def _answer_poll(response: Response) -> Response:
    """Replace the answer to a poll: 204 if unchanged, else the part and the extra elements."""
    if not is_live_poll():
        return response
    if response.status_code == 401 or response.location:  # noqa: PLR2004 - the HTTP status
        # live.js stops and says so. A reload would lose what the person has typed.
        return Response(status=401)
    if response.status_code != 200 or response.mimetype != "text/html":  # noqa: PLR2004
        return response
    found = g.get(_PARTS, {}).get(request.headers.get("HX-Target"))
    if found is None:
        return Response(status=404)
    version, part = found
    if version == request.headers[VERSION_HEADER]:
        return Response(status=204)
    response.set_data("".join([part, *g.get(_EXTRAS, [])]))
    return response
