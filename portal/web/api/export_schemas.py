"""Request and response structs of exports."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from portal.models import ExportProblem, ExportState
from portal.rules.records.formula_guard import FormulaGuard
from portal.services.records.export_records import EXPORTS, ExportFormat
from portal.web.api.record_schemas import Moment

# A type checker can't know the keys of a table.
ExportName = Literal[tuple(EXPORTS)]  # type: ignore[valid-type]
GuardChoice = Annotated[
    FormulaGuard,
    Meta(
        description="Texts of CSV files that get an apostrophe in front, because a spreadsheet "
        "might calculate them: those that begin with `=`, `@`, a tab or a line break, with "
        "`strict` also those with `+` or `-`. JSON Lines have no guard."
    ),
]


class NewExport(Struct, forbid_unknown_fields=True):
    """Export to write."""

    records: ExportName  # type: ignore[valid-type]
    format: ExportFormat
    formula_guard: GuardChoice = FormulaGuard.STANDARD


class Export(Struct):
    """Export of all records of a resource as a file."""

    id: int
    records: str
    format: ExportFormat
    formula_guard: FormulaGuard
    state: Annotated[
        ExportState,
        Meta(description="`done`: the file can be downloaded. `failed`: `problem` says why."),
    ]
    problem: ExportProblem | None
    written: Annotated[int, Meta(description="Number of records in the file so far.")]
    total: Annotated[int, Meta(description="Number of records at the start.")]
    size_bytes: int
    requested_at: Moment
    finished_at: Moment | None
    expires_at: Annotated[Moment, Meta(description="When the export and its file are deleted.")]
    file_url: Annotated[str | None, Meta(description="URL of the file once the state is `done`.")]
