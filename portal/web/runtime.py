"""Reach the live things of this process from a view."""

from __future__ import annotations

from flask import Flask, current_app, g

from portal.services.runtime import Runtime

_KEY = "portal_runtime"


def use_runtime(app: Flask, runtime: Runtime) -> None:
    """Give ``app`` what its views work with, and each request a database connection."""
    app.extensions[_KEY] = runtime

    @app.before_request
    def connect() -> None:
        g.has_opened_database = runtime.database.connect(reuse_if_open=True)

    @app.teardown_request
    def disconnect(_error: BaseException | None) -> None:
        if g.pop("has_opened_database", False):
            runtime.database.close()


def current_runtime() -> Runtime:
    """Return the live things of the app that answers this request."""
    runtime: Runtime = current_app.extensions[_KEY]
    return runtime
