"""Deprecated parts of the API: how they are declared, announced and counted.

An endpoint declares its deprecation in its decorator, a parameter or a field by `deprecated_field`.
Calls that use the part get the headers of RFC 9745 and RFC 8594, and are counted by channel.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any, cast

import msgspec
from flask import Response, after_this_request, request
from msgspec.inspect import Metadata, StructType, UnionType, type_info
from werkzeug.http import http_date

from portal.services.channels.deprecated_calls import count_deprecated_call
from portal.web.runtime import current_runtime

# A deprecated part works for at least a year.
LIFETIME = timedelta(days=365)
# Anchor of the section about versions in the reference.
ANCHOR = "versions"
# Keywords of a deprecated part in the OpenAPI document.
MARKS = ("deprecated", "x-sunset")
_EXTRA = "deprecation"


@dataclass(frozen=True)
class Deprecation:
    """Announced end of a part of the API, from the beginning of the day ``sunset`` in UTC.

    ``successor`` says what to use instead, in Markdown.
    """

    since: date
    sunset: date
    successor: str

    def __post_init__(self) -> None:
        if self.sunset - self.since < LIFETIME:
            raise ValueError(f"{self.sunset} is less than a year after {self.since}")

    @property
    def sentence(self) -> str:
        """Sentence for the description of the part."""
        return (
            f"**Deprecated** since {self.since}, works until {self.sunset}. Use {self.successor}."
        )

    @property
    def extension(self) -> dict[str, Any]:
        """Keywords for the part's object in the OpenAPI document."""
        return dict(zip(MARKS, (True, self.sunset.isoformat()), strict=True))


def deprecated_field(
    deprecation: Deprecation, description: str = "", **limits: Any
) -> msgspec.Meta:
    """Return the annotation of a deprecated parameter or field; ``limits`` are those of `Meta`."""
    return msgspec.Meta(
        description=f"{description} {deprecation.sentence}".strip(),
        extra={_EXTRA: deprecation},
        extra_json_schema=deprecation.extension,
        **limits,
    )


@cache
def deprecated_names(struct: type[msgspec.Struct] | None) -> Mapping[str, Deprecation]:
    """Return the deprecated parameters or fields of a struct, without those of nested structs."""
    if struct is None:
        return {}
    fields = cast(StructType, type_info(struct)).fields
    found = {field.encode_name: _deprecation_of(field.type) for field in fields}
    return {name: deprecation for name, deprecation in found.items() if deprecation is not None}


def announce_used(
    name: str,
    deprecation: Deprecation | None,
    query: type[msgspec.Struct] | None,
    body: type[msgspec.Struct] | None,
    channel_id: int,
) -> None:
    """Count each deprecated part that the call uses, and name the earliest end in its response.

    ``name`` is the endpoint's operation ID, ``deprecation`` its own one. Of the body, only the
    fields of its outermost object count.
    """
    used = {} if deprecation is None else {name: deprecation}
    used |= _used(name, deprecated_names(query), set(request.args))
    used |= _used(name, deprecated_names(body), _body_names() if deprecated_names(body) else set())
    if not used:
        return
    runtime = current_runtime()
    for part in used:
        count_deprecated_call(runtime, part, channel_id)
    earliest = min(used.values(), key=lambda each: each.sunset)
    headers = headers_of(earliest, runtime.settings.portal_url)

    @after_this_request
    def add_headers(response: Response) -> Response:
        for header, value in headers.items():
            response.headers.add(header, value)
        return response


def headers_of(deprecation: Deprecation, portal_url: str) -> dict[str, str]:
    """Return the headers of a response that uses a deprecated part.

    Sources: https://www.rfc-editor.org/rfc/rfc9745 (`Deprecation` is a structured date, and the
    relation ``deprecation``), https://www.rfc-editor.org/rfc/rfc8594 (`Sunset` is an HTTP date, and
    the relation ``sunset``).
    """
    about = f'<{portal_url}/api/docs#{ANCHOR}>; rel="{{}}"; type="text/html"'
    return {
        "Deprecation": f"@{int(_midnight(deprecation.since).timestamp())}",
        "Sunset": http_date(_midnight(deprecation.sunset)),
        "Link": ", ".join(about.format(relation) for relation in ("deprecation", "sunset")),
    }


def mark_deprecated(operation: dict[str, Any], deprecation: Deprecation | None) -> None:
    """Mark an operation of the OpenAPI document as deprecated, if it is."""
    if deprecation is None:
        return
    operation |= deprecation.extension
    operation["description"] = f"{operation['description']} {deprecation.sentence}".strip()
    headers = {
        "Deprecation": "Since when it is deprecated, as `@` and Unix seconds (RFC 9745).",
        "Sunset": "Until when it works (RFC 8594).",
        "Link": "Where the deprecation is explained.",
    }
    for response in operation["responses"].values():
        response.setdefault("headers", {}).update(
            {
                name: {"description": text, "schema": {"type": "string"}}
                for name, text in headers.items()
            }
        )


def _deprecation_of(kind: Any) -> Deprecation | None:
    """Return the deprecation in a field's annotation, also in that of a part of a union."""
    if isinstance(kind, Metadata):
        found: Deprecation | None = (kind.extra or {}).get(_EXTRA)
        return found or _deprecation_of(kind.type)
    if isinstance(kind, UnionType):
        return next(filter(None, map(_deprecation_of, kind.types)), None)
    return None


def _used(
    name: str, declared: Mapping[str, Deprecation], given: set[str]
) -> dict[str, Deprecation]:
    return {f"{name}.{each}": declared[each] for each in declared.keys() & given}


def _body_names() -> set[str]:
    """Return the names in the outermost object of the body; none if it is no JSON object."""
    try:
        return set(msgspec.json.decode(request.get_data(), type=dict[str, msgspec.Raw]))
    except (msgspec.DecodeError, UnicodeDecodeError):
        return set()


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
