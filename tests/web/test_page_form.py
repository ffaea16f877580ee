"""Every text that somebody can send has a maximum length, in each form and each API call."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import msgspec
import pytest
from flask import Flask
from flask_wtf import FlaskForm
from msgspec import inspect
from wtforms import EmailField, Field, PasswordField, StringField, TextAreaField
from wtforms.fields.core import UnboundField
from wtforms.validators import Length

import portal.web
from portal.models import Merchant
from portal.rules.accounts.operator_roles import OperatorRole
from portal.services.runtime import Runtime
from portal.web.api.endpoints import registry
from portal.web.page_form import PageForm
from tests.factories import make_merchant
from tests.web.conftest import PASSWORD_HASH, Visitor
from tests.web.page_walk import page_requests
from tests.web.route_rows import make_rows

WRITING = {"POST", "PUT", "PATCH", "DELETE"}
# A form may have at most 256 KB.
SENT_CHARACTERS = 200_000
READ_NAME = re.compile(r'(?:args|form|values|given)\.get(?:list)?\(\s*"(\w+)"|_param\("(\w+)"\)')
# Texts of API calls without a declared length, with their limit. A body has at most 256 KB.
CHECKED_ELSEWHERE = {
    "email": "`checked_email` rejects an address that is too long",
    "extra_fields{}": "`checked_extra_fields` limits each name and all together",
    "language": "one of the portal's languages",
    "lines[].options{}": "a name of an option of the product",
}
LIMIT_MESSAGE = re.compile(r"Use at most ([\d,]+) characters\.")


def form_classes() -> Iterator[type[FlaskForm]]:
    """Yield all forms of the portal; a test's app has imported their modules."""
    found = [FlaskForm]
    while found:
        form_class = found.pop()
        found += form_class.__subclasses__()
        if form_class.__module__.startswith("portal."):
            yield form_class


def text_fields() -> dict[str, UnboundField]:
    """Return the fields for text of all forms, by form and name."""
    return {
        f"{form_class.__name__}.{name}": field
        for form_class in form_classes()
        for name, field in vars(form_class).items()
        if isinstance(field, UnboundField) and issubclass(field.field_class, StringField)
    }


def field_names() -> set[str]:
    """Return the name of each field of a form, and of each value that a view reads."""
    names = {name.partition(".")[2] for name in text_fields()}
    for path in Path(portal.web.__file__).parent.rglob("*.py"):
        for pair in READ_NAME.findall(path.read_text()):
            names.update(filter(None, pair))
    return names


def errors_of(app: Flask, field: UnboundField, text: str) -> tuple[Field, str]:
    """Send a text in a form with this field; return the field and its errors."""
    with app.test_request_context("/", method="POST", data={"typed": text}):
        form = type("OneField", (PageForm,), {"typed": field})()
        form.validate()
        return form.typed, " ".join(map(str, form.typed.errors))


def test_all_forms_limit_their_fields(app: Flask) -> None:
    assert [each.__name__ for each in form_classes() if not issubclass(each, PageForm)] == []
    fields = text_fields()
    assert len(fields) > 25

    for name, unbound in fields.items():
        field, errors = errors_of(app, unbound, "x" * 250_000)
        said = LIMIT_MESSAGE.search(errors)
        assert said, name
        assert len(field.data) == int(said[1].replace(",", "")) <= 20_000, name


@pytest.mark.parametrize(
    ("field", "limit"),
    [
        (EmailField("x"), 254),
        (PasswordField("x"), 200),
        (TextAreaField("x"), 20_000),
        (StringField("x"), 2_000),
        (StringField("x", [Length(max=80, message="longer")]), 80),
        (PasswordField("x", [Length(10, 300, "other length")]), 200),
    ],
)
def test_longest_text_is_accepted_and_a_longer_one_stops_at_its_length(
    app: Flask, field: UnboundField, limit: int
) -> None:
    assert errors_of(app, field, "x" * limit)[1] == ""
    assert errors_of(app, field, f"  {'x' * limit} ")[1] != f"Use at most {limit} characters."
    assert errors_of(app, field, "x" * (limit + 1))[1] == f"Use at most {limit} characters."


def unlimited(kind: inspect.Type, path: str) -> Iterator[str]:
    """Yield the paths of texts that may have any length."""
    match kind:
        case inspect.StrType() if kind.max_length is None:
            yield path
        case inspect.Metadata():
            yield from unlimited(kind.type, path)
        case inspect.UnionType():
            for each in kind.types:
                yield from unlimited(each, path)
        case inspect.ListType() | inspect.VarTupleType() | inspect.SetType():
            yield from unlimited(kind.item_type, f"{path}[]")
        case inspect.DictType():
            yield from unlimited(kind.key_type, f"{path}{{}}")
            yield from unlimited(kind.value_type, f"{path}{{}}")
        case inspect.StructType():
            for field in kind.fields:
                yield from unlimited(field.type, f"{path}.{field.encode_name}")


def test_every_text_of_an_api_call_has_a_maximum_length(app: Flask) -> None:
    structs: set[tuple[str, type[msgspec.Struct]]] = {
        (declared.name, struct)
        for declared in registry.endpoints
        for struct in (declared.query, declared.body)
        if struct is not None
    }

    found = {
        path.partition(".")[2]
        for name, struct in structs
        for path in unlimited(inspect.type_info(struct), name)
    }

    assert found == set(CHECKED_ELSEWHERE)


@pytest.fixture
def rows(runtime: Runtime) -> dict[str, Any]:
    """Values of URL variables of a store whose owner is an admin, too."""
    owner = make_merchant(
        email="owner@example.com", password_hash=PASSWORD_HASH, operator_role=OperatorRole.ADMIN
    )
    staff, guest = (make_merchant(email=f"{name}@example.com") for name in ("staff", "guest"))
    return make_rows(runtime, owner, staff, invited=guest)


# The tests of each page measure its code.
@pytest.mark.unmeasured
def test_no_page_fails_and_no_log_grows_with_what_is_typed(
    app: Flask, rows: dict[str, Any], log_output: StringIO
) -> None:
    owner = Merchant.with_email("owner@example.com")
    assert owner is not None
    names = field_names()
    typed = "z" * (SENT_CHARACTERS // len(names))
    fields = dict.fromkeys(names, typed)
    pages = {(page.name, page.path): page for page in page_requests(app, rows) if not page.query}
    statuses: dict[str, int] = {}

    for number, page in enumerate(pages.values()):
        browser = Visitor(app).force_login(owner)
        address = {"REMOTE_ADDR": f"10.2.{number >> 8}.{number & 255}"}
        answer = browser.get(page.path, query_string=fields, environ_overrides=address)
        statuses[page.name] = answer.status_code
        answer.close()
    for number, (name, method, path) in enumerate(list(writing_routes(app, rows))):
        browser = Visitor(app).force_login(owner)
        data = {**fields, "csrf_token": browser.csrf_token()}
        address = {"REMOTE_ADDR": f"10.3.{number >> 8}.{number & 255}"}
        answer = browser.client.open(path, method=method, data=data, environ_overrides=address)
        statuses[name] = answer.status_code
        answer.close()

    assert len(names) > 50
    assert {name: status for name, status in statuses.items() if status >= 500} == {}
    assert "zzzz" not in log_output.getvalue()
    assert len(log_output.getvalue()) / len(statuses) < 1_000


def writing_routes(app: Flask, rows: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield name, method and path of each route that changes something and is no API call."""
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            for method in WRITING & (rule.methods or set()):
                if not rule.endpoint.startswith("api."):
                    values = {name: rows[name] for name in rule.arguments}
                    path = app.url_for(rule.endpoint, **values)
                    yield f"{method} {rule.endpoint}", method, path
