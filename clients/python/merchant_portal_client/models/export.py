from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.export_format import ExportFormat, check_export_format
from ..models.export_problem import ExportProblem, check_export_problem
from ..models.export_state import ExportState, check_export_state
from ..models.formula_guard import FormulaGuard, check_formula_guard

T = TypeVar("T", bound="Export")


@_attrs_define
class Export:
    """Export of all records of a resource as a file.

    Attributes:
        id (int):
        records (str):
        format_ (ExportFormat): File format of an export.
        formula_guard (FormulaGuard): Choice of the cells that are guarded.
        state (ExportState): Progress of an export.
        problem (ExportProblem | None):
        written (int): Number of records in the file so far.
        total (int): Number of records at the start.
        size_bytes (int):
        requested_at (datetime.datetime):
        finished_at (datetime.datetime | None):
        expires_at (datetime.datetime): When the export and its file are deleted.
        file_url (None | str): URL of the file once the state is `done`.
    """

    id: int
    records: str
    format_: ExportFormat
    formula_guard: FormulaGuard
    state: ExportState
    problem: ExportProblem | None
    written: int
    total: int
    size_bytes: int
    requested_at: datetime.datetime
    finished_at: datetime.datetime | None
    expires_at: datetime.datetime
    file_url: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        records = self.records

        format_: str = self.format_

        formula_guard: str = self.formula_guard

        state: str = self.state

        problem: None | str
        if isinstance(self.problem, str):
            problem = self.problem
        else:
            problem = self.problem

        written = self.written

        total = self.total

        size_bytes = self.size_bytes

        requested_at = self.requested_at.isoformat()

        finished_at: None | str
        if isinstance(self.finished_at, datetime.datetime):
            finished_at = self.finished_at.isoformat()
        else:
            finished_at = self.finished_at

        expires_at = self.expires_at.isoformat()

        file_url: None | str
        file_url = self.file_url

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "records": records,
                "format": format_,
                "formula_guard": formula_guard,
                "state": state,
                "problem": problem,
                "written": written,
                "total": total,
                "size_bytes": size_bytes,
                "requested_at": requested_at,
                "finished_at": finished_at,
                "expires_at": expires_at,
                "file_url": file_url,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        records = d.pop("records")

        format_ = check_export_format(d.pop("format"))

        formula_guard = check_formula_guard(d.pop("formula_guard"))

        state = check_export_state(d.pop("state"))

        def _parse_problem(data: object) -> ExportProblem | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                problem_type_0 = check_export_problem(data)

                return problem_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ExportProblem | None, data)

        problem = _parse_problem(d.pop("problem"))

        written = d.pop("written")

        total = d.pop("total")

        size_bytes = d.pop("size_bytes")

        requested_at = datetime.datetime.fromisoformat(d.pop("requested_at"))

        def _parse_finished_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                finished_at_type_0 = datetime.datetime.fromisoformat(data)

                return finished_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        finished_at = _parse_finished_at(d.pop("finished_at"))

        expires_at = datetime.datetime.fromisoformat(d.pop("expires_at"))

        def _parse_file_url(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        file_url = _parse_file_url(d.pop("file_url"))

        export = cls(
            id=id,
            records=records,
            format_=format_,
            formula_guard=formula_guard,
            state=state,
            problem=problem,
            written=written,
            total=total,
            size_bytes=size_bytes,
            requested_at=requested_at,
            finished_at=finished_at,
            expires_at=expires_at,
            file_url=file_url,
        )

        export.additional_properties = d
        return export

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
