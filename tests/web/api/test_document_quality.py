"""The OpenAPI document says all that generators of clients need."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from portal.web.api.endpoints import registry
from portal.web.api.openapi_document import build_document
from portal.web.api.problem_kinds import KINDS
from portal.web.api.problem_schemas import MEMBERS, Problem

ADDRESS = "https://portal.example/api/v1"
DOCUMENT = build_document(ADDRESS)
SCHEMAS = DOCUMENT["components"]["schemas"]
# Not at a path of the document, or not by its own fault.
WITHOUT_OPERATION = {"bad_request", "method_not_allowed"}


def parts(value: Any) -> Iterator[dict[str, Any]]:
    """Yield all objects in a part of the document."""
    if isinstance(value, dict):
        yield value
        for each in value.values():
            yield from parts(each)
    elif isinstance(value, list):
        for each in value:
            yield from parts(each)


def operations() -> Iterator[dict[str, Any]]:
    """Yield all operations at paths."""
    for path in DOCUMENT["paths"].values():
        yield from path.values()


def test_no_field_has_null_as_its_default() -> None:
    assert [part for part in parts(SCHEMAS) if part.get("default", 0) is None] == []
    assert [part for part in parts(DOCUMENT["paths"]) if part.get("default", 0) is None] == []


def test_every_tag_parameter_and_operation_is_described() -> None:
    assert all(tag["description"] for tag in DOCUMENT["tags"])
    assert {tag["name"] for tag in DOCUMENT["tags"]} == {each.tag for each in registry.endpoints}
    for operation in operations():
        assert operation["summary"], operation["operationId"]
        assert operation["description"], operation["operationId"]
        assert all(response["description"] for response in operation["responses"].values())


def test_every_response_has_its_headers() -> None:
    known = DOCUMENT["components"]["headers"]
    for operation in operations():
        for status, response in operation["responses"].items():
            names = response["headers"]
            assert {"Request-Id", "RateLimit", "RateLimit-Policy"} <= names.keys()
            assert names.keys() <= known.keys()
            is_polled = status == "202" and "Location" in names
            assert ("Retry-After" in names) == (status in ("429", "503") or is_polled)


@pytest.mark.parametrize("code", sorted(KINDS.keys() - WITHOUT_OPERATION))
def test_every_problem_code_has_a_schema_with_its_members(code: str) -> None:
    names = [name for name, each in SCHEMAS.items() if code_of(each) == code]

    [schema] = [SCHEMAS[name] for name in names]
    assert schema["properties"]["status"]["const"] == KINDS[code].status
    members = MEMBERS[code].__struct_fields__ if code in MEMBERS else ()
    assert {*schema["properties"]} == {*Problem.__struct_fields__} - {"field"} | {*members}


def code_of(schema: dict[str, Any]) -> Any:
    """Return the problem code of a schema; None if it is none of a problem."""
    return schema.get("properties", {}).get("code", {}).get("const")


def test_errors_of_several_codes_are_distinguished_by_their_code() -> None:
    responses = next(each for each in operations() if each["operationId"] == "submit_order")
    refused = responses["responses"]["422"]["content"]["application/problem+json"]["schema"]

    assert refused["discriminator"]["propertyName"] == "code"
    assert [*refused["discriminator"]["mapping"]] == [
        "invalid",
        "idempotency_key_reused",
        "order_rejected",
    ]
    assert [each["$ref"] for each in refused["oneOf"]] == [
        *refused["discriminator"]["mapping"].values()
    ]


@pytest.mark.parametrize(
    ("contact", "shown"),
    [
        ("", {"url": "https://portal.example"}),
        ("help@portal.example", {"email": "help@portal.example"}),
        ("https://portal.example/help", {"url": "https://portal.example/help"}),
    ],
)
def test_contact_is_the_operators(contact: str, shown: dict[str, str]) -> None:
    assert build_document(ADDRESS, contact)["info"]["contact"] == {
        "name": "Operator of the portal",
        **shown,
    }


def test_names_of_a_comma_separated_parameter_are_a_pattern() -> None:
    listed = next(each for each in operations() if each["operationId"] == "list_categories")
    [fields] = [each for each in listed["parameters"] if each["name"] == "fields"]

    assert fields["schema"]["pattern"].startswith("^ *(?:id|updated_at|parent_id|")
    assert fields["schema"]["examples"] == ["id,updated_at"]
