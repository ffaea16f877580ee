"""Read from addresses where in a list of mirrored records a page begins."""

from __future__ import annotations

from flask import abort, request

from portal.services.records.mirror_pages import Place, PlaceError


def place_in_query(name: str) -> Place | None:
    """Return the place that the page begins behind; answer 404 to anything else."""
    text = request.args.get(name)
    if text is None:
        return None
    try:
        return Place.read(text)
    except PlaceError:
        abort(404)
