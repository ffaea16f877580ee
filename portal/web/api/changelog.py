"""Commands that renew the frozen document of the API and its changelog.

`make api-changelog` writes the differences between the kept and the served document into
docs/api-changelog.md. `make api-document` only renews docs/api/v1.json.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from portal.models import utc_now
from portal.rules.api_versions.changelog import add_differences
from portal.rules.api_versions.compare_documents import compare_documents
from portal.rules.api_versions.differences import ChangeKind, Difference, frozen_shape
from portal.web.api import blueprint
from portal.web.api.openapi_document import build_document

DOCS = Path(__file__).parents[3] / "docs"
LINE_LENGTH = 160
DOCUMENT, CHANGELOG = Path("api/v1.json"), Path("api-changelog.md")


def served_shape() -> dict[str, Any]:
    """Return what is frozen of the document that this code serves."""
    address = f"https://portal.example{blueprint.url_prefix}"
    shape: dict[str, Any] = json.loads(_spelled(frozen_shape(build_document(address))))
    return shape


def kept_shape(docs: Path = DOCS) -> dict[str, Any]:
    """Return the frozen document."""
    shape: dict[str, Any] = json.loads((docs / DOCUMENT).read_text())
    return shape


def renew_document(docs: Path = DOCS) -> None:
    """Freeze the document that this code serves."""
    (docs / DOCUMENT).parent.mkdir(exist_ok=True)
    (docs / DOCUMENT).write_text(_spelled(served_shape()) + "\n")


def renew_changelog(docs: Path = DOCS) -> Sequence[Difference]:
    """Write the differences into the changelog and freeze the served document.

    Returns the breaking differences; if there are any, nothing is written.
    """
    differences = compare_documents(kept_shape(docs), served_shape())
    breaking = [each for each in differences if each.kind is ChangeKind.BREAKING]
    if breaking:
        return breaking
    if differences:
        path = docs / CHANGELOG
        path.write_text(add_differences(path.read_text(), utc_now().date(), differences))
    renew_document(docs)
    return []


def main(arguments: Sequence[str], docs: Path = DOCS) -> int:
    """Run the command in ``arguments``; return its exit code."""
    if arguments == ["document"]:
        renew_document(docs)
        return 0
    if arguments != ["changelog"]:
        sys.stderr.write("Usage: python -m portal.web.api.changelog document|changelog\n")
        return 2
    breaking = renew_changelog(docs)
    for each in breaking:
        sys.stderr.write(f"breaking: {each}\n")
    if breaking:
        sys.stderr.write("Nothing was written. See docs/api-versioning.md.\n")
    return 1 if breaking else 0


def _spelled(value: Any, indent: str = "") -> str:
    """Return the JSON text in sorted order, with small objects and lists in one line each."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False)
    if len(text) <= LINE_LENGTH or not isinstance(value, dict | list):
        return text
    inner = f"{indent} "
    if isinstance(value, list):
        lines = [inner + _spelled(each, inner) for each in value]
        return "[\n" + ",\n".join(lines) + f"\n{indent}]"
    lines = [f"{inner}{json.dumps(name)}: {_spelled(value[name], inner)}" for name in sorted(value)]
    return "{\n" + ",\n".join(lines) + f"\n{indent}}}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
