from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Image")


@_attrs_define
class Image:
    """An image in all sizes. A size that the store doesn't have is null.

    Attributes:
        id (None | str): `0` for the main image.
        alt (None | str): Alternative text.
        is_main (bool): Whether the storefront shows it first.
        url_160 (None | str): At most 160 pixels wide and high.
        url_400 (None | str): At most 400 pixels wide and high.
        url_800 (None | str): At most 800 pixels wide and high.
        url_1500 (None | str): At most 1500 pixels wide and high.
        url_original (None | str): As it was uploaded.
    """

    id: None | str
    alt: None | str
    is_main: bool
    url_160: None | str
    url_400: None | str
    url_800: None | str
    url_1500: None | str
    url_original: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id: None | str
        id = self.id

        alt: None | str
        alt = self.alt

        is_main = self.is_main

        url_160: None | str
        url_160 = self.url_160

        url_400: None | str
        url_400 = self.url_400

        url_800: None | str
        url_800 = self.url_800

        url_1500: None | str
        url_1500 = self.url_1500

        url_original: None | str
        url_original = self.url_original

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "alt": alt,
                "is_main": is_main,
                "url_160": url_160,
                "url_400": url_400,
                "url_800": url_800,
                "url_1500": url_1500,
                "url_original": url_original,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        id = _parse_id(d.pop("id"))

        def _parse_alt(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        alt = _parse_alt(d.pop("alt"))

        is_main = d.pop("is_main")

        def _parse_url_160(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        url_160 = _parse_url_160(d.pop("url_160"))

        def _parse_url_400(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        url_400 = _parse_url_400(d.pop("url_400"))

        def _parse_url_800(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        url_800 = _parse_url_800(d.pop("url_800"))

        def _parse_url_1500(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        url_1500 = _parse_url_1500(d.pop("url_1500"))

        def _parse_url_original(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        url_original = _parse_url_original(d.pop("url_original"))

        image = cls(
            id=id,
            alt=alt,
            is_main=is_main,
            url_160=url_160,
            url_400=url_400,
            url_800=url_800,
            url_1500=url_1500,
            url_original=url_original,
        )

        image.additional_properties = d
        return image

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
