"""Cache of compiled templates and URL rules that all apps of a test process share.

Without it, compiling them takes half of a page test's time, because every test creates an app or
two. Only the compiled code is shared: each app has its own rules and templates.
"""

from __future__ import annotations

from collections.abc import Callable
from types import CodeType
from typing import Any

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule


class CompiledTemplates(BytecodeCache):
    """In-memory bytecode cache of templates, by name and content."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Set the template's code if the same text was compiled before."""
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Store the code of a template."""
        assert bucket.code is not None
        self._kept[bucket.key, bucket.checksum] = bucket.code


def keep_compiled_templates() -> None:
    """Share the compiled templates among the apps of this process."""
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": CompiledTemplates()}


def keep_compiled_rules() -> None:
    """Share the compiled URL builders among the apps of this process.

    A builder gets its rule as an argument, so identical rules can share it.
    """
    compile_builder = Rule._compile_builder
    kept: dict[tuple[Any, ...], Callable[..., tuple[str, str]]] = {}

    def kept_builder(self: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        if self.defaults:
            return compile_builder(self, append_unknown)
        key = (self.rule, tuple(self._trace), append_unknown)
        if key not in kept:
            kept[key] = compile_builder(self, append_unknown)
        return kept[key]

    Rule._compile_builder = kept_builder  # type: ignore[method-assign]
