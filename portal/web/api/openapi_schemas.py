"""Schemas of the OpenAPI document, generated from structs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from portal.web.api.deprecation import MARKS
from portal.web.api.growing_values import with_growth
from portal.web.api.problem_kinds import KINDS
from portal.web.api.problem_schemas import MEMBERS, Problem
from portal.web.api.submission_schemas import OrderValues

REF = "#/components/schemas/{name}"
# PostgreSQL can't store U+0000 in text.
_STORABLE = r"^[^\u0000]*$"


# Never valid in a field whose texts aren't empty, or that has no text.
_ABSENT: dict[str, Any] = {"enum": [None, ""]}
_BLANK = {"type": ["string", "null"], "pattern": r"^\s*$"}
# Rules between the fields of a request body, which the code checks itself. Generators of clients
# ignore `not`; they would make a union of `anyOf`. But openapi-generator makes classes of the
# fields below it, and can't make one of null.
_RULES: Mapping[str, dict[str, Any]] = {
    "LineRequest": {"not": {"properties": {"product_id": _ABSENT, "sku": _BLANK}}},
}
# Bodies that need at least one of these fields.
_ONE_OF: Mapping[str, Sequence[str]] = {
    "OrderUpdateRequest": (*OrderValues.__struct_fields__, "parcels"),
    "SellingChange": ("stock_buffer", "is_paused"),
}
_TYPE_NAMES = {str: "string", int: "integer", bool: "boolean"}


def build_schemas(
    shapes: Iterable[Any], bodies: Iterable[Any], codes: Iterable[str]
) -> dict[str, Any]:
    """Return the component schemas of responses, request bodies and problems, by name."""
    found = {name: _with_optional_fields(each) for name, each in _components(shapes).items()}
    found |= {
        name: _storable(each) | _RULES.get(name, {}) for name, each in _components(bodies).items()
    }
    made = {name: tidied(each) for name, each in found.items()} | _problem_schemas(codes)
    for each in made.values():
        for about in each.get("properties", {}).values():
            _describe(about)
    return {name: with_growth(name, each) for name, each in made.items()}


def schema_of(struct: Any) -> dict[str, Any]:
    """Return the schema of a struct, which is a reference to a component."""
    (schema,), _ = msgspec.json.schema_components([struct], ref_template=REF)
    return dict(schema)


def body_schema(struct: type[msgspec.Struct], needs: Sequence[str]) -> dict[str, Any]:
    """Return the schema of a request body, where the fields ``needs`` may not be absent.

    Its rules are beside the reference, and in a form that generators of clients ignore. With
    `required`, openapi-generator would make another body without any field of it.
    """
    rules = [{"not": {"properties": {name: _ABSENT}}} for name in needs]
    if struct.__name__ in _ONE_OF:
        nothing = {name: {"type": "null"} for name in _ONE_OF[struct.__name__]}
        rules.append({"not": {"properties": nothing}})
    return schema_of(struct) | (rules[0] if len(rules) == 1 else {"allOf": rules} if rules else {})


def problem_schema(codes: Sequence[str]) -> dict[str, Any]:
    """Return the schema of an error response that may have any of these codes."""
    references = {code: REF.format(name=problem_name(code)) for code in codes}
    if len(codes) == 1:
        return {"$ref": references[codes[0]]}
    return {
        "oneOf": [{"$ref": each} for each in references.values()],
        "discriminator": {"propertyName": "code", "mapping": references},
    }


def problem_name(code: str) -> str:
    """Return the name of the schema of a problem code."""
    return "".join(part.capitalize() for part in code.split("_")) + "Problem"


def plain_schemas(struct: type[msgspec.Struct] | None) -> tuple[dict[str, Any], set[str]]:
    """Return the schemas of a struct's fields without references or null, and the required ones.

    Parameters are neither: a URL can't express null.
    """
    if struct is None:
        return {}, set()
    schemas = _components([struct])
    own = schemas[struct.__name__]
    found = {name: tidied(_plain(about, schemas)) for name, about in own["properties"].items()}
    return {name: _storable(about) for name, about in found.items()}, set(own.get("required", ()))


def tidied(schema: Any) -> Any:
    """Return a schema without defaults of null, and with the type of constants and choices."""
    if isinstance(schema, list):
        return [tidied(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    made = {
        name: each if name in ("examples", "required") else tidied(each)
        for name, each in schema.items()
        if not (name == "default" and each is None)
    }
    if isinstance(choices := made.get("enum"), list):
        kinds = {type(choice) for choice in choices}
        if len(kinds) == 1:
            made = {"type": _TYPE_NAMES[kinds.pop()], **made}
        if len(choices) == 1:
            made["const"] = made.pop("enum")[0]
    return made


def _describe(about: dict[str, Any]) -> None:
    """Move all texts about a field into the field's own description.

    The reference and generated clients show no description of one of several kinds, such as that
    of a field that may be null. And such clients require a field with a default, or send it.
    """
    texts = [about.get("description", "")]
    texts += [kind.pop("description", "") for kind in about.get("anyOf", [])]
    default = about.pop("default", None)
    if default not in (None, "", []):
        written = json.dumps(default).strip('"')
        texts.append(f"`{written}` by default.")
        # The frozen document must have it: programs rely on what they leave out.
        about["x-default"] = default
    if any(texts):
        about["description"] = " ".join(filter(None, texts))
    for kind in about.get("anyOf", []):
        about |= {mark: kind.pop(mark) for mark in MARKS if mark in kind}


def _components(structs: Iterable[Any]) -> dict[str, Any]:
    wanted = [struct for struct in structs if struct is not None]
    _, schemas = msgspec.json.schema_components(wanted, ref_template=REF)
    return dict(schemas)


def _with_optional_fields(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a record with only ``id`` required: ``fields`` may omit the rest."""
    return schema | {"required": ["id"]} if "raw" in schema.get("properties", {}) else schema


def _storable(schema: Any) -> Any:
    """Return the schema of something that is sent, whose texts must not have U+0000."""
    if isinstance(schema, list):
        return [_storable(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    made = {name: _storable(each) for name, each in schema.items()}
    is_free = not {"pattern", "format", "enum", "const"} & made.keys()
    if made.get("type") == "string" and is_free:
        made["pattern"] = _STORABLE
    if isinstance(made.get("additionalProperties"), dict):
        made.setdefault("propertyNames", {"pattern": _STORABLE})
    return made


def _plain(schema: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    schema = dict(schema)
    for kind in schema.pop("anyOf", []):
        if kind != {"type": "null"}:
            schema |= kind
    reference = schema.pop("$ref", None)
    return schema | (schemas[reference.rpartition("/")[2]] if reference else {})


def _problem_schemas(codes: Iterable[str]) -> dict[str, Any]:
    """Return one schema for each problem code, and those that they refer to."""
    components = _components([Problem, *MEMBERS.values()])
    names = {struct.__name__ for struct in MEMBERS.values()}
    base = components.pop("Problem")
    own = {name: components.pop(name) for name in names}
    made = {name: tidied(each) for name, each in components.items()}
    for code in codes:
        kind = KINDS[code]
        more = own[MEMBERS[code].__name__] if code in MEMBERS else {"properties": {}}
        properties = {name: each for name, each in base["properties"].items() if name != "field"}
        properties |= more["properties"]
        properties["status"] = {"type": "integer", "const": kind.status.value}
        properties["code"] = {"type": "string", "const": code}
        made[problem_name(code)] = tidied(
            {
                "type": "object",
                "description": f"{kind.title}. {kind.advice}",
                "properties": properties,
                "required": [*base["required"], *more.get("required", ())],
            }
        )
    return made
