from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..models.export_format import ExportFormat, check_export_format
from ..models.formula_guard import FormulaGuard, check_formula_guard
from ..models.new_export_records import NewExportRecords, check_new_export_records
from ..types import UNSET, Unset

T = TypeVar("T", bound="NewExport")


@_attrs_define
class NewExport:
    """Export to write.

    Attributes:
        records (NewExportRecords):
        format_ (ExportFormat): File format of an export.
        formula_guard (FormulaGuard | Unset): Choice of the cells that are guarded.
    """

    records: NewExportRecords
    format_: ExportFormat
    formula_guard: FormulaGuard | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        records: str = self.records

        format_: str = self.format_

        formula_guard: str | Unset = UNSET
        if not isinstance(self.formula_guard, Unset):
            formula_guard = self.formula_guard

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "records": records,
                "format": format_,
            }
        )
        if formula_guard is not UNSET:
            field_dict["formula_guard"] = formula_guard

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        records = check_new_export_records(d.pop("records"))

        format_ = check_export_format(d.pop("format"))

        _formula_guard = d.pop("formula_guard", UNSET)
        formula_guard: FormulaGuard | Unset
        if isinstance(_formula_guard, Unset):
            formula_guard = UNSET
        else:
            formula_guard = check_formula_guard(_formula_guard)

        new_export = cls(
            records=records,
            format_=format_,
            formula_guard=formula_guard,
        )

        return new_export
