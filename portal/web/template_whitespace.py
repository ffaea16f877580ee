"""Indentation of templates, which was a quarter of the size of long pages."""

from __future__ import annotations

import re

from flask import Flask
from jinja2.ext import Extension

_INDENTATION = re.compile(r"\n[ \t]+")


class ShortIndentation(Extension):
    """Jinja extension that shortens the indentation of HTML templates when they are compiled.

    One space stays, because it may separate the attributes of a tag: ``trim_blocks`` removes the
    end of a line after ``{% endif %}``. Lines keep their numbers, and values their spaces.
    """

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:  # noqa: ARG002
        """Return the source of an HTML template, indented by one space; others unchanged."""
        if name is None or not name.endswith(".html"):
            return source
        return _INDENTATION.sub("\n ", source)


def set_up_template_whitespace(app: Flask) -> None:
    """Leave out the lines of Jinja's tags and most of the indentation."""
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.add_extension(ShortIndentation)
