"""Probes of this process (`/healthz`, `/readyz`) and of the daemon (`/healthz/daemon`)."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue
from peewee import PeeweeException
from redis import RedisError

from portal.models.migrations import pending
from portal.services.alerts.watch_daemon import daemon_silent_since
from portal.services.runtime import Runtime
from portal.web.runtime import current_runtime

blueprint = Blueprint("probes", __name__)


@blueprint.get("/healthz")
def healthz() -> ResponseReturnValue:
    """Respond with 200 while the process is alive."""
    return {"alive": True}


@blueprint.get("/healthz/daemon")
def daemon_healthz() -> ResponseReturnValue:
    """Respond with 503 if the daemon is down, or if the database is unreachable.

    For a monitor outside. The time in the answer is when the daemon last reported.
    """
    try:
        since = daemon_silent_since()
    except PeeweeException as error:
        return {"daemon": f"unknown ({type(error).__name__})"}, 503
    if since is None:
        return {"daemon": "ready"}
    return {"daemon": f"silent since {since.isoformat(timespec='seconds')}"}, 503


@blueprint.get("/readyz")
def readyz() -> ResponseReturnValue:
    """Respond with 200 if the database has the newest schema, otherwise with 503.

    An unreachable Redis server is reported but does not fail the probe, because the receiver and
    the pages need only the database.
    """
    runtime = current_runtime()
    schema = _schema(runtime)
    answer = {"database": schema, "queue": _queue(runtime)}
    return answer, 200 if schema == "ready" else 503


def _schema(runtime: Runtime) -> str:
    try:
        missing = pending(runtime.database)
    except PeeweeException as error:
        return f"unreachable ({type(error).__name__})"
    return f"pending migrations: {', '.join(missing)}" if missing else "ready"


def _queue(runtime: Runtime) -> str:
    try:
        runtime.redis.ping()
    except RedisError as error:
        return f"unreachable ({type(error).__name__})"
    return "ready"
