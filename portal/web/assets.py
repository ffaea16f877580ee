"""Serve the stylesheets as one bundle, the scripts compressed, and URLs with content digests."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from flask import Blueprint, Flask, Response, current_app, request, url_for

from portal.paths import STATIC
from portal.web.compression import compress

YEAR_S = 365 * 24 * 3600
DIGEST_LENGTH = 10
STYLES = STATIC / "css"
SCRIPT_TYPE = "text/javascript"

blueprint = Blueprint("assets", __name__)


@dataclass(frozen=True)
class Bundle:
    """All stylesheets as one file, with the digest of its content."""

    content: bytes
    digest: str


def set_up_assets(app: Flask) -> None:
    """Add the bundle's route and the template functions that return the URLs of assets."""
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = YEAR_S
    app.register_blueprint(blueprint)
    app.view_functions["static"] = _static_file
    digest = _file_digest if app.config.get("PORTAL_CACHES_ASSETS") else _file_digest.__wrapped__

    @app.template_global()
    def asset(name: str) -> str:
        return url_for("static", filename=name, v=digest(name))

    @app.template_global()
    def style_bundle() -> str:
        return url_for("assets.styles", v=_current_bundle().digest)


@blueprint.get("/styles.css")
@compress.compressed()
def styles() -> Response:
    """Return the stylesheet bundle; only the URL with its current digest is cached as immutable."""
    bundle = _current_bundle()
    response = Response(bundle.content, mimetype="text/css")
    if request.args.get("v") == bundle.digest:
        response.cache_control.public = response.cache_control.immutable = True
        response.cache_control.max_age = YEAR_S
    else:
        # During a deployment, a page of another release links its own digest and gets this bundle.
        # Caching it under that URL would break the other release's pages.
        response.cache_control.no_cache = True
    # Weak, because the compressed response has the same ETag.
    response.set_etag(bundle.digest, weak=True)
    response.make_conditional(request)
    return response


def _static_file(filename: str) -> Response:
    """Return a file, a whole script compressed: the scripts were two thirds of a page's bytes."""
    response = current_app.send_static_file(filename)
    if response.status_code != 200 or response.mimetype != SCRIPT_TYPE:  # noqa: PLR2004
        return response
    # Flask streams files, and the compressed ETag of a stream is never compared.
    response.direct_passthrough = False
    response.set_data(response.get_data())
    response.close()
    return compress.after_request(response)


def stylesheets() -> Iterator[Path]:
    """Yield the stylesheets in cascade order: later ones override earlier ones."""
    yield from (STYLES / f"{name}.css" for name in ("tokens", "base", "layout"))
    for folder in ("components", "pages"):
        yield from sorted((STYLES / folder).glob("*.css"))
    yield STYLES / "print.css"


def _current_bundle() -> Bundle:
    if current_app.config.get("PORTAL_CACHES_ASSETS"):
        return _release_bundle()
    return _bundle_of(tuple((path, path.stat().st_mtime_ns) for path in stylesheets()))


@cache
def _release_bundle() -> Bundle:
    return _bundle_of(tuple((path, 0) for path in stylesheets()))


@lru_cache(maxsize=1)
def _bundle_of(versions: tuple[tuple[Path, int], ...]) -> Bundle:
    """Return the bundle of these files; the modification times only serve as part of the cache
    key.
    """
    content = b"\n".join(path.read_bytes() for path, _ in versions)
    return Bundle(content, _digest(content))


@cache
def _file_digest(name: str) -> str:
    return _digest((STATIC / name).read_bytes())


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:DIGEST_LENGTH]
