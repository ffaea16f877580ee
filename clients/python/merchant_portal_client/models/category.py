from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.category_node import CategoryNode
    from ..models.category_raw_type_0 import CategoryRawType0
    from ..models.image import Image
    from ..models.seo import Seo


T = TypeVar("T", bound="Category")


@_attrs_define
class Category:
    """A category of the store.

    Attributes:
        id (int): Ecwid's ID of the record.
        updated_at (datetime.datetime | Unset): When it was last read: Ecwid has no update time.
        parent_id (int | None | Unset): Null at the top level.
        name (str | Unset): As customers see it.
        is_enabled (bool | Unset): Whether customers can see it in the store.
        product_count (int | None | Unset): Products in it and below it, by Ecwid's count.
        position (int | None | Unset): Order among its siblings, lowest first.
        url (None | str | Unset): Page of the category in the store.
        synced_at (datetime.datetime | Unset): When the portal last read it from Ecwid.
        path (list[CategoryNode] | Unset): From the top level down to the category itself.
        enabled_product_count (int | None | Unset): The same without disabled products.
        description_html (None | str | Unset): Description in HTML as the store wrote it. Sanitize it.
        description_text (None | str | Unset): The description without markup, in lines of text.
        image (Image | None | Unset): Image of the category; null if it has none.
        seo (Seo | Unset): Texts for search engines; null where the store has none of its own.
        raw (CategoryRawType0 | None | Unset): The record as Ecwid sent it, with Ecwid's names. Returned only if
            `fields` names it.
        deleted_at (datetime.datetime | None | Unset): When it was deleted. Returned only with `include_deleted`.
    """

    id: int
    updated_at: datetime.datetime | Unset = UNSET
    parent_id: int | None | Unset = UNSET
    name: str | Unset = UNSET
    is_enabled: bool | Unset = UNSET
    product_count: int | None | Unset = UNSET
    position: int | None | Unset = UNSET
    url: None | str | Unset = UNSET
    synced_at: datetime.datetime | Unset = UNSET
    path: list[CategoryNode] | Unset = UNSET
    enabled_product_count: int | None | Unset = UNSET
    description_html: None | str | Unset = UNSET
    description_text: None | str | Unset = UNSET
    image: Image | None | Unset = UNSET
    seo: Seo | Unset = UNSET
    raw: CategoryRawType0 | None | Unset = UNSET
    deleted_at: datetime.datetime | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.category_raw_type_0 import CategoryRawType0  # noqa: PLC0415
        from ..models.image import Image  # noqa: PLC0415

        id = self.id

        updated_at: str | Unset = UNSET
        if not isinstance(self.updated_at, Unset):
            updated_at = self.updated_at.isoformat()

        parent_id: int | None | Unset
        if isinstance(self.parent_id, Unset):
            parent_id = UNSET
        else:
            parent_id = self.parent_id

        name = self.name

        is_enabled = self.is_enabled

        product_count: int | None | Unset
        if isinstance(self.product_count, Unset):
            product_count = UNSET
        else:
            product_count = self.product_count

        position: int | None | Unset
        if isinstance(self.position, Unset):
            position = UNSET
        else:
            position = self.position

        url: None | str | Unset
        if isinstance(self.url, Unset):
            url = UNSET
        else:
            url = self.url

        synced_at: str | Unset = UNSET
        if not isinstance(self.synced_at, Unset):
            synced_at = self.synced_at.isoformat()

        path: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.path, Unset):
            path = []
            for path_item_data in self.path:
                path_item = path_item_data.to_dict()
                path.append(path_item)

        enabled_product_count: int | None | Unset
        if isinstance(self.enabled_product_count, Unset):
            enabled_product_count = UNSET
        else:
            enabled_product_count = self.enabled_product_count

        description_html: None | str | Unset
        if isinstance(self.description_html, Unset):
            description_html = UNSET
        else:
            description_html = self.description_html

        description_text: None | str | Unset
        if isinstance(self.description_text, Unset):
            description_text = UNSET
        else:
            description_text = self.description_text

        image: dict[str, Any] | None | Unset
        if isinstance(self.image, Unset):
            image = UNSET
        elif isinstance(self.image, Image):
            image = self.image.to_dict()
        else:
            image = self.image

        seo: dict[str, Any] | Unset = UNSET
        if not isinstance(self.seo, Unset):
            seo = self.seo.to_dict()

        raw: dict[str, Any] | None | Unset
        if isinstance(self.raw, Unset):
            raw = UNSET
        elif isinstance(self.raw, CategoryRawType0):
            raw = self.raw.to_dict()
        else:
            raw = self.raw

        deleted_at: None | str | Unset
        if isinstance(self.deleted_at, Unset):
            deleted_at = UNSET
        elif isinstance(self.deleted_at, datetime.datetime):
            deleted_at = self.deleted_at.isoformat()
        else:
            deleted_at = self.deleted_at

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
            }
        )
        if updated_at is not UNSET:
            field_dict["updated_at"] = updated_at
        if parent_id is not UNSET:
            field_dict["parent_id"] = parent_id
        if name is not UNSET:
            field_dict["name"] = name
        if is_enabled is not UNSET:
            field_dict["is_enabled"] = is_enabled
        if product_count is not UNSET:
            field_dict["product_count"] = product_count
        if position is not UNSET:
            field_dict["position"] = position
        if url is not UNSET:
            field_dict["url"] = url
        if synced_at is not UNSET:
            field_dict["synced_at"] = synced_at
        if path is not UNSET:
            field_dict["path"] = path
        if enabled_product_count is not UNSET:
            field_dict["enabled_product_count"] = enabled_product_count
        if description_html is not UNSET:
            field_dict["description_html"] = description_html
        if description_text is not UNSET:
            field_dict["description_text"] = description_text
        if image is not UNSET:
            field_dict["image"] = image
        if seo is not UNSET:
            field_dict["seo"] = seo
        if raw is not UNSET:
            field_dict["raw"] = raw
        if deleted_at is not UNSET:
            field_dict["deleted_at"] = deleted_at

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.category_node import CategoryNode  # noqa: PLC0415
        from ..models.category_raw_type_0 import CategoryRawType0  # noqa: PLC0415
        from ..models.image import Image  # noqa: PLC0415
        from ..models.seo import Seo  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        _updated_at = d.pop("updated_at", UNSET)
        updated_at: datetime.datetime | Unset
        if isinstance(_updated_at, Unset):
            updated_at = UNSET
        else:
            updated_at = datetime.datetime.fromisoformat(_updated_at)

        def _parse_parent_id(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        parent_id = _parse_parent_id(d.pop("parent_id", UNSET))

        name = d.pop("name", UNSET)

        is_enabled = d.pop("is_enabled", UNSET)

        def _parse_product_count(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        product_count = _parse_product_count(d.pop("product_count", UNSET))

        def _parse_position(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        position = _parse_position(d.pop("position", UNSET))

        def _parse_url(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        url = _parse_url(d.pop("url", UNSET))

        _synced_at = d.pop("synced_at", UNSET)
        synced_at: datetime.datetime | Unset
        if isinstance(_synced_at, Unset):
            synced_at = UNSET
        else:
            synced_at = datetime.datetime.fromisoformat(_synced_at)

        _path = d.pop("path", UNSET)
        path: list[CategoryNode] | Unset = UNSET
        if _path is not UNSET:
            path = []
            for path_item_data in _path:
                path_item = CategoryNode.from_dict(path_item_data)

                path.append(path_item)

        def _parse_enabled_product_count(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        enabled_product_count = _parse_enabled_product_count(d.pop("enabled_product_count", UNSET))

        def _parse_description_html(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        description_html = _parse_description_html(d.pop("description_html", UNSET))

        def _parse_description_text(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        description_text = _parse_description_text(d.pop("description_text", UNSET))

        def _parse_image(data: object) -> Image | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                image_type_0 = Image.from_dict(data)

                return image_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(Image | None | Unset, data)

        image = _parse_image(d.pop("image", UNSET))

        _seo = d.pop("seo", UNSET)
        seo: Seo | Unset
        if isinstance(_seo, Unset):
            seo = UNSET
        else:
            seo = Seo.from_dict(_seo)

        def _parse_raw(data: object) -> CategoryRawType0 | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                raw_type_0 = CategoryRawType0.from_dict(data)

                return raw_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(CategoryRawType0 | None | Unset, data)

        raw = _parse_raw(d.pop("raw", UNSET))

        def _parse_deleted_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                deleted_at_type_0 = datetime.datetime.fromisoformat(data)

                return deleted_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        deleted_at = _parse_deleted_at(d.pop("deleted_at", UNSET))

        category = cls(
            id=id,
            updated_at=updated_at,
            parent_id=parent_id,
            name=name,
            is_enabled=is_enabled,
            product_count=product_count,
            position=position,
            url=url,
            synced_at=synced_at,
            path=path,
            enabled_product_count=enabled_product_count,
            description_html=description_html,
            description_text=description_text,
            image=image,
            seo=seo,
            raw=raw,
            deleted_at=deleted_at,
        )

        category.additional_properties = d
        return category

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
