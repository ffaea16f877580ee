"""Progress of a first import: by records, and complete only if every resource is."""

from __future__ import annotations

import pytest

from portal.rules.sync.first_import import FirstImport, ImportedResource, first_import_of

EMPTY = ImportedResource(is_complete=True)
DONE = ImportedResource(is_complete=True, seen=50, total=50)
UNKNOWN = ImportedResource(is_complete=False)
BEGUN = ImportedResource(is_complete=False, is_running=True)
HALF = ImportedResource(is_complete=False, is_running=True, seen=25, total=50)
GROWN = ImportedResource(is_complete=False, is_running=True, seen=60, total=50)


@pytest.mark.parametrize(
    ("resources", "state", "percent"),
    [
        ([EMPTY, DONE], "completed", 100),
        ([EMPTY, EMPTY], "completed", 100),
        ([UNKNOWN, UNKNOWN], "waiting", 0),
        ([BEGUN, UNKNOWN], "running", 0),
        ([HALF, EMPTY], "running", 50),
        ([DONE, HALF], "running", 75),
        ([DONE, UNKNOWN], "waiting", 98),
        ([GROWN], "running", 99),
    ],
)
def test_progress_of_a_first_import(
    resources: list[ImportedResource], state: str, percent: int
) -> None:
    found = first_import_of(resources)

    assert isinstance(found, FirstImport)
    assert (found.state, found.percent) == (state, percent)
