"""Cache of compiled templates and URL rules that all apps of a test process share.

Without it, compiling them takes half of a page test's time, because every test creates an app or
two. Only the compiled code is shared: each app has its own rules and templates.
"""

from __future__ import annotations

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
    """Share what is compiled from URL rules among the apps of this process.

    A function that builds URLs gets its rule as an argument, so identical rules can share it.
    """
    compile_rule = Rule.compile
    kept: dict[tuple[Any, ...], Rule] = {}

    def compile_once(self: Rule) -> None:
        if self.defaults or self.host:
            compile_rule(self)
            return
        key = (self.rule, self.subdomain, self.merge_slashes, *self.map.converters.values())
        same = kept.get(key)
        if same is None:
            compile_rule(self)
            kept[key] = self
            return
        self._parts, self._trace, self._converters = same._parts, same._trace, same._converters
        self.arguments = same.arguments
        self._build = same._build.__func__.__get__(self)
        self._build_unknown = same._build_unknown.__func__.__get__(self)

    Rule.compile = compile_once  # type: ignore[method-assign]
