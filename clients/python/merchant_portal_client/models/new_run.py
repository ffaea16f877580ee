from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="NewRun")


@_attrs_define
class NewRun:
    """Sync run to start.

    Attributes:
        resource (str): Mirrored resource, in the order in which a store's resources are read and shown.

                Variations are part of their products. New values may be added.
        kind (None | str | Unset): Defaults to `backfill` until one has finished, then `incremental`.
    """

    resource: str
    kind: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        resource = self.resource

        kind: None | str | Unset
        if isinstance(self.kind, Unset):
            kind = UNSET
        else:
            kind = self.kind

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "resource": resource,
            }
        )
        if kind is not UNSET:
            field_dict["kind"] = kind

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        resource = d.pop("resource")

        def _parse_kind(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        kind = _parse_kind(d.pop("kind", UNSET))

        new_run = cls(
            resource=resource,
            kind=kind,
        )

        return new_run
