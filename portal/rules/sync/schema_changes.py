"""Detection of schema changes: a field changes its JSON type, or disappears.

The expected fields are learned from the store's own records, because documentation and stores
disagree. The backfill only teaches, because old records may look different, and so do the first
`LEARNING_RECORDS` records of a small store. After that, a type that a field never had is a schema
change, and so is a field that all records had and that `MISSING_RECORDS_LIMIT` records in a row
lack.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

LEARNING_RECORDS = 100
MISSING_RECORDS_LIMIT = 50
# Fields deeper than those of an order's items are ignored. The number of fields is limited because
# users make up some names, such as the languages of a product's translations.
DEPTH = 3
FIELDS_LIMIT = 400
NAME_LIMIT = 200


class SchemaChangeKind(StrEnum):
    TYPE = "type"
    MISSING = "missing"


@dataclass(frozen=True)
class DetectedChange:
    """Schema change: the field's path, its types before, and the new type (empty if missing)."""

    field: str
    change: SchemaChangeKind
    before: str
    after: str


@dataclass
class FieldSchema:
    """Known JSON types of a field, and whether all records had it.

    ``missing`` counts consecutive records that lack a field which all records had before.
    """

    types: set[str]
    is_always_present: bool
    missing: int = 0


@dataclass
class SchemaProfile:
    """Known fields of one resource.

    ``records`` counts the records it learned from, up to `LEARNING_RECORDS`. ``is_changed`` is set
    when the profile must be stored again.
    """

    fields: dict[str, FieldSchema] = field(default_factory=dict)
    records: int = 0
    is_changed: bool = field(default=False, compare=False)

    @classmethod
    def read(cls, stored: Mapping[str, Any], records: int) -> SchemaProfile:
        """Return the profile from its stored form."""
        fields = {
            name: FieldSchema(set(types), is_always_present, missing)
            for name, (types, is_always_present, missing) in stored.items()
        }
        return cls(fields, records)

    def stored(self) -> dict[str, Any]:
        """Return the fields as JSON: path to types, ``is_always_present`` and ``missing``."""
        return {
            name: [sorted(shape.types), shape.is_always_present, shape.missing]
            for name, shape in self.fields.items()
        }

    def observe(self, records: Iterable[Any], *, is_learning: bool) -> list[DetectedChange]:
        """Return the schema changes, each once, and learn; while ``is_learning`` there are none."""
        changes: list[DetectedChange] = []
        for record in records:
            found = field_types(record)
            if not found:
                continue
            if is_learning or self.records < LEARNING_RECORDS:
                self._learn(found)
            else:
                changes.extend(self._compare(found))
        return changes

    def _learn(self, found: Mapping[str, set[str]]) -> None:
        is_first = self.records == 0
        if self.records < LEARNING_RECORDS:
            self.records += 1
            self.is_changed = True
        for name, types in found.items():
            shape = self.fields.get(name)
            if shape is None:
                if len(self.fields) < FIELDS_LIMIT:
                    self.fields[name] = FieldSchema(types, is_always_present=is_first)
                    self.is_changed = True
            elif not types <= shape.types:
                shape.types |= types
                self.is_changed = True
        for name in self.fields.keys() - found.keys():
            if self.fields[name].is_always_present:
                self.fields[name].is_always_present = False
                self.is_changed = True

    def _compare(self, found: Mapping[str, set[str]]) -> Iterator[DetectedChange]:
        for name, shape in self.fields.items():
            types = found.get(name)
            if types is None:
                yield from self._count_missing(name, shape)
                continue
            if shape.missing:
                shape.missing = 0
                self.is_changed = True
            if not types <= shape.types:
                yield from self._widen(name, shape, types - shape.types)

    def _count_missing(self, name: str, shape: FieldSchema) -> Iterator[DetectedChange]:
        if not shape.is_always_present or shape.missing >= MISSING_RECORDS_LIMIT:
            return
        shape.missing += 1
        self.is_changed = True
        if shape.missing == MISSING_RECORDS_LIMIT:
            yield DetectedChange(name, SchemaChangeKind.MISSING, _join_types(shape.types), "")

    def _widen(self, name: str, shape: FieldSchema, new: set[str]) -> Iterator[DetectedChange]:
        before = _join_types(shape.types)
        shape.types |= new
        self.is_changed = True
        # A field that was always null has no type yet, so its first type is no change.
        if before:
            yield DetectedChange(name, SchemaChangeKind.TYPE, before, _join_types(new))


def field_types(record: Any) -> dict[str, set[str]]:
    """Return the JSON types of each field of a record, by path; null is no type.

    ``items[].price`` is the price of any item. Integers and fractions are both numbers.
    """
    found: dict[str, set[str]] = {}
    if isinstance(record, dict):
        _collect(found, record, "", DEPTH)
    return found


def _collect(found: dict[str, set[str]], value: Mapping[str, Any], prefix: str, depth: int) -> None:
    for key, child in value.items():
        path = f"{prefix}{key}"[:NAME_LIMIT]
        types = found.setdefault(path, set())
        if (name := json_type(child)) is not None:
            types.add(name)
        if depth <= 1:
            continue
        if isinstance(child, dict):
            _collect(found, child, f"{path}.", depth - 1)
        elif isinstance(child, list):
            _collect_items(found, child, f"{path}[]", depth - 1)


def _collect_items(found: dict[str, set[str]], items: Iterable[Any], path: str, depth: int) -> None:
    for item in items:
        if isinstance(item, dict):
            _collect(found, item, f"{path}.", depth)
        elif (name := json_type(item)) is not None:
            found.setdefault(path, set()).add(name)


def json_type(value: Any) -> str | None:
    """Return the JSON type of a decoded value, or None for null, which any field may be."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float | Decimal):
        return "number"
    if isinstance(value, str):
        return "string"
    return "array" if isinstance(value, list) else "object"


def _join_types(types: set[str]) -> str:
    return ", ".join(sorted(types))
