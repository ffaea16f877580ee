"""Compare two OpenAPI documents of the API: what programs notice, and what breaks them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from typing import Any

from portal.rules.api_versions.compare_schemas import SchemaComparison
from portal.rules.api_versions.differences import ChangeKind, Difference, Direction

_REMOVED = "removed"


def compare_documents(old: Mapping[str, Any], new: Mapping[str, Any]) -> Sequence[Difference]:
    """Return the differences from the old to the new document, without those of texts, by kind."""
    comparison = _DocumentComparison(old, new)
    comparison.run()
    return sorted(comparison.found)


class _DocumentComparison:
    """Walk over both documents that adds each difference once to ``found``."""

    def __init__(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
        self.old, self.new = old, new
        self.found: set[Difference] = set()
        self.schemas = SchemaComparison(_schemas(old), _schemas(new), self.found.add)

    def run(self) -> None:
        before, after = dict(_operations(self.old)), dict(_operations(self.new))
        for place in before.keys() | after.keys():
            if place not in after:
                self._say(ChangeKind.BREAKING, place, _REMOVED)
            elif place not in before:
                self._say(ChangeKind.ADDED, place, "new endpoint")
            else:
                self._compare_operation(before[place], after[place], place)
        events = self.old.get("webhooks", {}), self.new.get("webhooks", {})
        for name in events[0].keys() | events[1].keys():
            self._compare_event(events[0].get(name), events[1].get(name), f"event {name}")
        for name in _schemas(self.old).keys() - _schemas(self.new).keys():
            self._say(ChangeKind.BREAKING, name, "schema removed or renamed")

    def _compare_operation(
        self, old: Mapping[str, Any], new: Mapping[str, Any], place: str
    ) -> None:
        if old.get("operationId") != new.get("operationId"):
            self._say(ChangeKind.BREAKING, place, f"operationId is {new.get('operationId')} now")
        scope = new.get("x-scope")
        if old.get("x-scope") != scope:
            kind = ChangeKind.CHANGED if scope is None else ChangeKind.BREAKING
            self._say(kind, place, f"requires the scope {scope} now")
        self._compare_marks(old, new, place)
        self._compare_parameters(old, new, place)
        self._compare_body(old.get("requestBody"), new.get("requestBody"), place)
        self._compare_responses(old.get("responses", {}), new.get("responses", {}), place)

    def _compare_parameters(
        self, old: Mapping[str, Any], new: Mapping[str, Any], place: str
    ) -> None:
        before, after = _parameters(old), _parameters(new)
        for key in before.keys() | after.keys():
            where = f"{place}?{key[1]}" if key[0] == "query" else f"{place} {key[0]} {key[1]}"
            was, now = before.get(key), after.get(key)
            if now is None:
                self._say(ChangeKind.BREAKING, where, _REMOVED)
            elif was is None:
                kind = ChangeKind.BREAKING if now.get("required") else ChangeKind.ADDED
                self._say(kind, where, "new parameter")
            else:
                self._compare_parameter(was, now, where)

    def _compare_parameter(
        self, old: Mapping[str, Any], new: Mapping[str, Any], place: str
    ) -> None:
        if old.get("required", False) != new.get("required", False):
            kind = ChangeKind.BREAKING if new.get("required") else ChangeKind.CHANGED
            text = "is required now" if new.get("required") else "is optional now"
            self._say(kind, place, text)
        self._compare_marks(old, new, place)
        self.schemas.compare(old["schema"], new["schema"], Direction.REQUEST, place)

    def _compare_marks(self, old: Mapping[str, Any], new: Mapping[str, Any], place: str) -> None:
        if new.get("deprecated") and not old.get("deprecated"):
            self._say(ChangeKind.DEPRECATED, place, f"works until {new.get('x-sunset')}")

    def _compare_body(
        self, old: Mapping[str, Any] | None, new: Mapping[str, Any] | None, place: str
    ) -> None:
        if old is None and new is not None:
            kind = ChangeKind.BREAKING if new.get("required") else ChangeKind.ADDED
            self._say(kind, place, "takes a body now")
        elif old is not None and new is None:
            self._say(ChangeKind.BREAKING, place, "takes no body now")
        elif old is not None and new is not None:
            if new.get("required") and not old.get("required"):
                self._say(ChangeKind.BREAKING, place, "requires a body now")
            self._compare_contents(old, new, Direction.REQUEST, f"{place} body")

    def _compare_responses(
        self, old: Mapping[str, Any], new: Mapping[str, Any], place: str
    ) -> None:
        for status in old.keys() | new.keys():
            where, is_error = f"{place} {status}", status[0] not in "23"
            if status in old and status in new:
                direction = Direction.ERROR if is_error else Direction.RESPONSE
                self._compare_contents(old[status], new[status], direction, where)
                before, after = (set(each[status].get("headers", ())) for each in (old, new))
                self._compare_headers(before, after, where)
                continue
            kind = ChangeKind.CHANGED if is_error else ChangeKind.BREAKING
            self._say(kind, where, _REMOVED if status in old else "new status")

    def _compare_headers(self, old: Set[str], new: Set[str], place: str) -> None:
        for name in old - new:
            self._say(ChangeKind.BREAKING, f"{place} header {name}", _REMOVED)
        for name in new - old:
            self._say(ChangeKind.ADDED, f"{place} header {name}", "new header")

    def _compare_contents(
        self, old: Mapping[str, Any], new: Mapping[str, Any], direction: Direction, place: str
    ) -> None:
        before, after = old.get("content", {}), new.get("content", {})
        for kind in before.keys() - after.keys():
            self._say(ChangeKind.BREAKING, place, f"no longer has {kind}")
        for kind in after.keys() - before.keys():
            self._say(ChangeKind.ADDED, place, f"also has {kind}")
        for kind in before.keys() & after.keys():
            was, now = before[kind].get("schema", {}), after[kind].get("schema", {})
            self.schemas.compare(was, now, direction, place)

    def _compare_event(
        self, old: Mapping[str, Any] | None, new: Mapping[str, Any] | None, place: str
    ) -> None:
        if new is None:
            self._say(ChangeKind.BREAKING, place, _REMOVED)
        elif old is None:
            self._say(ChangeKind.ADDED, place, "new event type")
        else:
            before, after = old["post"], new["post"]
            names = [{name for _, name in _parameters(each)} for each in (before, after)]
            self._compare_headers(names[0], names[1], place)
            bodies = before.get("requestBody", {}), after.get("requestBody", {})
            self._compare_contents(*bodies, Direction.RESPONSE, place)

    def _say(self, kind: ChangeKind, place: str, text: str) -> None:
        self.found.add(Difference(kind, place, text))


def _schemas(document: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = document.get("components", {}).get("schemas", {})
    return found


def _operations(document: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for path, operations in document.get("paths", {}).items():
        for method, operation in operations.items():
            yield f"{method.upper()} {path}", operation


def _parameters(operation: Mapping[str, Any]) -> dict[tuple[str, str], Mapping[str, Any]]:
    return {(each["in"], each["name"]): each for each in operation.get("parameters", ())}
