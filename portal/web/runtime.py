"""Access to the process's `Runtime` from views."""

from __future__ import annotations

from flask import Flask, current_app, g

from portal.services.runtime import Runtime

_KEY = "portal_runtime"


def use_runtime(app: Flask, runtime: Runtime) -> None:
    """Attach the runtime to ``app`` and open a database connection for each request."""
    app.extensions[_KEY] = runtime

    @app.before_request
    def connect() -> None:
        g.has_opened_database = runtime.database.connect(reuse_if_open=True)

    @app.teardown_request
    def disconnect(_error: BaseException | None) -> None:
        if g.pop("has_opened_database", False):
            runtime.database.close()


def current_runtime() -> Runtime:
    """Return the runtime of the current app."""
    runtime: Runtime = current_app.extensions[_KEY]
    return runtime
