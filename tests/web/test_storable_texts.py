"""No text that PostgreSQL can't store reaches a view, whichever page it is sent to."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask

from portal.models import Store
from portal.web.errors import API_PATH
from tests.web.conftest import Visitor, page_text

NUMBER = re.compile("<(?:key|int):[^>]*>")
SHOWN = "A text has a character that can't be stored"


def paths(app: Flask, method: str, text: str = "a") -> Iterator[str]:
    """Yield a path of each page's rule, with ``text`` for each variable that may be any text."""
    for rule in app.url_map.iter_rules():
        if method in (rule.methods or ()):
            yield re.sub("<[^>]*>", text, NUMBER.sub("1", rule.rule))


def test_every_form_with_nul_is_refused(app: Flask, visitor: Visitor) -> None:
    forms = [path for path in paths(app, "POST") if not path.startswith(API_PATH)]

    assert len(forms) > 80
    for path in forms:
        answers = [visitor.client.post(path, data=data) for data in ({"a": "x\0"}, {"\0": "x"})]
        assert [answer.status_code for answer in answers] == [422, 422], path
    assert SHOWN in page_text(answers[0])


def test_every_query_with_nul_is_refused(app: Flask, visitor: Visitor) -> None:
    pages = [path for path in paths(app, "GET") if not path.startswith(API_PATH)]

    assert len(pages) > 80
    for path in pages:
        assert visitor.get(f"{path}?a=%00").status_code == 422, path


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_every_path_with_nul_is_refused(app: Flask, visitor: Visitor, method: str) -> None:
    found = [path for path in paths(app, method, "a%00b") if "%00" in path]

    assert found
    for path in found:
        status = visitor.client.open(path, method=method).status_code
        assert status == (404 if path.startswith(API_PATH) else 400), path


def test_field_of_a_multipart_form_is_refused(visitor: Visitor) -> None:
    answer = visitor.client.post("/login", data={"email": "\0"}, content_type="multipart/form-data")

    assert answer.status_code == 422


@pytest.mark.parametrize("path", ["/login", "/api/v1/me"])
@pytest.mark.parametrize("name", ["User-Agent", "Idempotency-Key", "Accept-Language"])
def test_header_with_nul_is_refused(visitor: Visitor, path: str, name: str) -> None:
    environ = {f"HTTP_{name.upper().replace('-', '_')}": "a\0b"}

    assert visitor.client.get(path, environ_overrides=environ).status_code == 400


@pytest.mark.parametrize("name", ["portal", "portal-browser", "csrf_token"])
def test_escaped_nul_in_a_cookie_is_ignored(visitor: Visitor, name: str) -> None:
    headers = {"Cookie": rf'{name}="a\000b"'}

    assert visitor.client.get("/login", headers=headers).status_code == 200


@pytest.mark.parametrize("text", ["%ED%A0%80", "%FF", "\\ud800"])
def test_bytes_that_are_no_text_do_no_harm(browser: Visitor, store: Store, text: str) -> None:
    form = {
        "data": f"resource=orders&entity_id={text}",
        "content_type": "application/x-www-form-urlencoded",
    }

    assert browser.get(f"/stores/1003/events/{text}").status_code == 404
    assert browser.get(f"/stores/1003/products?q={text}").status_code == 200
    assert browser.client.post("/stores/1003/sync/record", **form).status_code < 500
