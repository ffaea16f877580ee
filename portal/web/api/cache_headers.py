"""Caching of the API's answers: only clients may store them, and only those of catalogs."""

from __future__ import annotations

from flask import Flask, Response, request

from portal.web.api.blueprint import blueprint

_ROOT = f"{blueprint.url_prefix}/"


def set_up_api_caching(app: Flask) -> None:
    """Forbid caches to store the API's answers, refusals included.

    Answers without personal data or secrets allow it themselves, see `json_response`.
    """

    @app.after_request
    def forbid_storing(response: Response) -> Response:
        if request.path.startswith(_ROOT):
            response.vary.add("Authorization")
            if not response.cache_control.no_cache:
                response.cache_control.clear()
                response.cache_control.no_store = True
        return response
