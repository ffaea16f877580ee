"""gunicorn's logger without paths: a path or a query may contain the token of an e-mailed link."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from gunicorn.glogging import Logger

from portal.web.request_ids import ROUTE
from portal.web.webhooks.receiver import PATHS as WEBHOOK_PATHS

# Fields of the access log that contain nothing a client typed.
_KEPT_FIELDS = frozenset("hltsmHbBTDMLp")
_FAILED, _INVALID = "Error handling request", "Invalid request from"


class RequestLogger(Logger):
    """Logger that has the route of a request in place of its path, query and headers."""

    def atoms(
        self, resp: Any, req: Any, environ: dict[str, Any], request_time: timedelta
    ) -> dict[str, Any]:
        """Return the fields of a line of the access log, whatever its format asks for."""
        fields = super().atoms(resp, req, environ, request_time)
        kept = {name: value for name, value in fields.items() if name in _KEPT_FIELDS}
        route = _route(environ)
        line = f"{kept['m']} {route} {kept['H']}"
        return {**kept, "r": line, "U": route, "q": "", "f": "-", "a": "-", "u": "-"}

    def exception(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Log an exception; of a failed request without its path."""
        if str(msg).startswith(_FAILED):
            msg, args = _FAILED, ()
        super().exception(msg, *args, **kwargs)

    def warning(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Log a warning; of an invalid request only the sender's address."""
        if str(msg).startswith(_INVALID):
            msg, args = str(msg).partition(": ")[0], ()
        super().warning(msg, *args, **kwargs)


def _route(environ: dict[str, Any]) -> str:
    """Return the route of a request, such as ``/reset/<token>``; ``-`` for an unknown path."""
    path: str = environ.get("PATH_INFO", "")
    if path in WEBHOOK_PATHS:
        return path
    return str(environ.get(ROUTE, "-"))
