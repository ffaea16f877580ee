"""Files that the REST API links to; like Ecwid's, they need no token."""

from __future__ import annotations

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from portal.sandbox.parts import Parts


def add_pages(blueprint: Blueprint, parts: Parts) -> None:
    """Register the addresses of the files."""

    @blueprint.get("/images/uploads/<int:store_id>/<int:image_id>")
    def uploaded_image(store_id: int, image_id: int) -> ResponseReturnValue:
        found = parts.uploads.get(store_id, image_id)
        if found is None:
            raise LookupError("there is no such image")
        return _file(found["data"], found["type"])

    @blueprint.get("/invoices/<int:store_id>/<int:invoice_id>.pdf")
    def invoice(store_id: int, invoice_id: int) -> ResponseReturnValue:
        access_key = request.args.get("access_key", "")
        data = parts.invoices.pdf(store_id, invoice_id, access_key)
        if data is None:
            raise LookupError("there is no such invoice")
        return _file(data, "application/pdf")


def _file(data: bytes, content_type: str) -> Response:
    answer = Response(data, content_type=content_type)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
