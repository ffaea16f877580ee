"""Compare the JSON schemas of two OpenAPI documents.

A change of a request is breaking if a value that was accepted is now refused. A change of a
response is breaking if it may now have a value that it couldn't have before.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from portal.rules.api_versions.differences import ChangeKind, Difference, Direction

Schema = Mapping[str, Any]

_LOWER_LIMITS = ("minLength", "minimum", "exclusiveMinimum", "minItems", "minProperties")
_UPPER_LIMITS = ("maxLength", "maximum", "exclusiveMaximum", "maxItems", "maxProperties")
_FORMS = ("format", "pattern", "multipleOf", "uniqueItems", "not")
_GROWING = "x-may-grow"
_KINDS_OF_ADDED = {
    Direction.REQUEST: ChangeKind.CHANGED,
    Direction.RESPONSE: ChangeKind.BREAKING,
    Direction.ERROR: ChangeKind.ADDED,
}
# A part of a pattern that lists names, such as those of the fields that can be asked for.
_NAMES = re.compile(r"\(\?:(\w+(?:\|\w+)*)\)")
_TYPES = {"any", "array", "boolean", "integer", "null", "number", "object", "string"}


@dataclass
class SchemaComparison:
    """Comparison of schemas by their components in the old and in the new document.

    ``report`` gets each difference. A component is compared once in each direction.
    """

    old_schemas: Mapping[str, Schema]
    new_schemas: Mapping[str, Schema]
    report: Callable[[Difference], None]
    done: set[tuple[str, Direction]] = field(default_factory=set)

    def compare(self, old: Schema, new: Schema, direction: Direction, place: str) -> None:
        """Report the differences of two schemas, and of all components that both refer to."""
        self._compare_marks(old, new, direction, place)
        pairs, gone, added = _paired(self._variants(old, old=True), self._variants(new, old=False))
        is_request = direction is Direction.REQUEST
        for name in gone:
            kind = ChangeKind.BREAKING if is_request else ChangeKind.CHANGED
            self._say(kind, place, f"{'refuses' if is_request else 'is never'} {name} now")
        for name in added:
            kind = _KINDS_OF_ADDED[direction]
            self._say(kind, place, f"{'accepts' if is_request else 'may be'} {name}, too")
        for name, before, after in pairs:
            if name in _TYPES:
                self._compare_plain(before, after, direction, place)
            elif (name, direction) not in self.done:
                self.done.add((name, direction))
                self._compare_plain(before, after, direction, name)

    def _variants(self, schema: Schema, *, old: bool) -> dict[str, Schema]:
        """Return the alternatives of a schema by their component, or else by their type."""
        schemas = self.old_schemas if old else self.new_schemas
        found: dict[str, Schema] = {}
        for keyword in ("anyOf", "oneOf"):
            for each in schema.get(keyword, ()):
                found |= self._variants(each, old=old)
        if found:
            return found
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            target = schemas.get(name, {})
            is_union = "anyOf" in target or "oneOf" in target
            return self._variants(target, old=old) if is_union else {name: target}
        kinds = schema.get("type") or [_type_of(value) for value in _values(schema) or ()] or "any"
        return dict.fromkeys([kinds] if isinstance(kinds, str) else kinds, schema)

    def _compare_plain(self, old: Schema, new: Schema, direction: Direction, place: str) -> None:
        self._compare_values(old, new, direction, place)
        self._compare_limits(old, new, direction, place)
        self._compare_forms(old, new, direction, place)
        self._compare_fields(old, new, direction, place)
        self._compare_other_fields(old, new, direction, place)
        if "items" in old and "items" in new:
            self.compare(old["items"], new["items"], direction, f"{place}[]")

    def _compare_marks(self, old: Schema, new: Schema, direction: Direction, place: str) -> None:
        if new.get("deprecated") and not old.get("deprecated"):
            self._say(ChangeKind.DEPRECATED, place, _until(new))
        before, after = _default(old), _default(new)
        if direction is Direction.REQUEST and before != after:
            self._say(ChangeKind.BREAKING, place, f"defaults to {after!r}, before: {before!r}")

    def _compare_values(self, old: Schema, new: Schema, direction: Direction, place: str) -> None:
        before, after = _values(old), _values(new)
        is_request = direction is Direction.REQUEST
        if before is None and after is not None:
            kind = ChangeKind.BREAKING if is_request else ChangeKind.CHANGED
            self._say(kind, place, f"has only the values {_listed(after)} now")
        elif before is not None and after is None:
            kind = ChangeKind.CHANGED if is_request else ChangeKind.BREAKING
            self._say(kind, place, "may have any value now")
        elif before is not None and after is not None:
            for value in (each for each in before if each not in after):
                kind = ChangeKind.BREAKING if is_request else ChangeKind.CHANGED
                self._say(kind, place, f"no longer has the value {value!r}")
            for value in (each for each in after if each not in before):
                is_safe = is_request or old.get(_GROWING)
                kind = ChangeKind.ADDED if is_safe else ChangeKind.BREAKING
                self._say(kind, place, f"has the new value {value!r}")

    def _compare_limits(self, old: Schema, new: Schema, direction: Direction, place: str) -> None:
        for names, sign in ((_LOWER_LIMITS, 1), (_UPPER_LIMITS, -1)):
            for name in names:
                before, after = old.get(name), new.get(name)
                if before == after:
                    continue
                is_tighter = before is None or (after is not None and (after - before) * sign > 0)
                is_breaking = is_tighter and direction is Direction.REQUEST
                kind = ChangeKind.BREAKING if is_breaking else ChangeKind.CHANGED
                self._say(kind, place, f"has {name} {after}, before: {before}")

    def _compare_forms(self, old: Schema, new: Schema, direction: Direction, place: str) -> None:
        for name in _FORMS:
            before, after = old.get(name), new.get(name)
            if before == after:
                continue
            if name == "pattern" and _has_only_more_names(before, after):
                kind = ChangeKind.ADDED
            elif direction is Direction.REQUEST:
                kind = ChangeKind.CHANGED if after is None else ChangeKind.BREAKING
            else:
                kind = ChangeKind.BREAKING if name == "format" else ChangeKind.CHANGED
            self._say(kind, place, f"has {name} {after!r}, before: {before!r}")

    def _compare_fields(self, old: Schema, new: Schema, direction: Direction, place: str) -> None:
        before, after = old.get("properties", {}), new.get("properties", {})
        needed, now_needed = set(old.get("required", ())), set(new.get("required", ()))
        is_request = direction is Direction.REQUEST
        for name in before.keys() - after.keys():
            self._say(ChangeKind.BREAKING, f"{place}.{name}", "removed")
        for name in after.keys() - before.keys():
            is_breaking = is_request and name in now_needed
            kind = ChangeKind.BREAKING if is_breaking else ChangeKind.ADDED
            self._say(kind, f"{place}.{name}", "new required field" if is_breaking else "new field")
        for name in before.keys() & after.keys():
            if (name in needed) != (name in now_needed):
                is_breaking = (name in now_needed) == is_request
                kind = ChangeKind.BREAKING if is_breaking else ChangeKind.CHANGED
                text = "is required now" if name in now_needed else "may be missing now"
                self._say(kind, f"{place}.{name}", text)
            self.compare(before[name], after[name], direction, f"{place}.{name}")

    def _compare_other_fields(
        self, old: Schema, new: Schema, direction: Direction, place: str
    ) -> None:
        before = old.get("additionalProperties", True)
        after = new.get("additionalProperties", True)
        if isinstance(before, Mapping) and isinstance(after, Mapping):
            self.compare(before, after, direction, f"{place}.*")
        elif before != after:
            is_breaking = direction is Direction.REQUEST and after is not True
            kind = ChangeKind.BREAKING if is_breaking else ChangeKind.CHANGED
            self._say(kind, place, "has another rule for fields that aren't listed")

    def _say(self, kind: ChangeKind, place: str, text: str) -> None:
        self.report(Difference(kind, place, text))


def _paired(
    old: Mapping[str, Schema], new: Mapping[str, Schema]
) -> tuple[Sequence[tuple[str, Schema, Schema]], Sequence[str], Sequence[str]]:
    """Return alternatives that belong together, and the names of those without a partner."""
    pairs = [(name, old[name], new[name]) for name in old if name in new]
    gone = [name for name in old if name not in new]
    added = [name for name in new if name not in old]
    for name in list(gone):
        # A component may have been renamed, or written out where it is used.
        partner = next((each for each in added if _type(new, each) == _type(old, name)), None)
        if partner is not None:
            pairs.append((f"{name} → {partner}", old[name], new[partner]))
            gone.remove(name)
            added.remove(partner)
    return pairs, gone, added


def _type(variants: Mapping[str, Schema], name: str) -> Any:
    return variants[name].get("type", name)


def _values(schema: Schema) -> Sequence[Any] | None:
    """Return the only values that a schema allows; None if it lists none."""
    return [schema["const"]] if "const" in schema else schema.get("enum")


def _type_of(value: Any) -> str:
    """Return the JSON type of a value."""
    types = {bool: "boolean", int: "integer", float: "number", type(None): "null"}
    return types.get(type(value), "string")


def _has_only_more_names(before: str | None, after: str | None) -> bool:
    """Return whether two patterns differ only in names that the second one lists in addition."""
    if before is None or after is None or _NAMES.sub("", before) != _NAMES.sub("", after):
        return False
    lists = zip(_NAMES.findall(before), _NAMES.findall(after), strict=True)
    return all(set(old.split("|")) <= set(new.split("|")) for old, new in lists)


def _default(schema: Schema) -> Any:
    """Return the default value; a body's fields have it in another keyword, for generators."""
    return schema.get("default", schema.get("x-default"))


def _listed(values: Sequence[Any]) -> str:
    return ", ".join(map(repr, values))


def _until(schema: Schema) -> str:
    return f"deprecated, works until {schema.get('x-sunset', 'a day that will be announced')}"
