"""Indentation of pages, and the texts that keep theirs."""

from __future__ import annotations

import re

from flask import Flask

from tests.web.conftest import Visitor


def test_pages_are_not_indented(visitor: Visitor) -> None:
    page = visitor.get("/").text

    assert re.search(r"\n <", page)
    assert not re.search(r"\n[ \t]{3,}<", page)


def test_attributes_after_a_condition_stay_apart(app: Flask) -> None:
    template = app.jinja_env.from_string(
        "{% from 'components/button.html' import button %}{{ button('Save', id='save') }}"
    )

    assert re.search(r'id="save"\s+class="button"', template.render())


def test_values_and_plain_texts_keep_their_spaces(app: Flask) -> None:
    payload = app.jinja_env.from_string(
        "{% from 'components/payload.html' import payload %}{{ payload(text) }}"
    )
    text = '{\n    "id": 5\n}'

    assert "{\n    &#34;id&#34;: 5\n}" in payload.render(text=text)
    extension = app.jinja_env.extensions["portal.web.template_whitespace.ShortIndentation"]
    assert extension.preprocess("a\n    b", "email/message.txt") == "a\n    b"
