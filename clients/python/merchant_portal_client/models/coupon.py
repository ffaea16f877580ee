from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.coupon_raw_type_0 import CouponRawType0


T = TypeVar("T", bound="Coupon")


@_attrs_define
class Coupon:
    """A discount coupon of the store. It applies if all of its limits are met.

    Attributes:
        id (int): Ecwid's ID of the record.
        updated_at (datetime.datetime | Unset):
        code (str | Unset): The store's spelling; codes are compared in any case.
        name (None | str | Unset):
        type_ (None | str | Unset): `ABS`, `PERCENT`, `SHIPPING`, `ABS_AND_SHIPPING` or `PERCENT_AND_SHIPPING`.
        status (None | str | Unset): `ACTIVE`, `PAUSED`, `EXPIRED` or `USEDUP`, in Ecwid's words.
        discount (None | str | Unset): An amount such as `5.00`, or a percentage such as `10` if `type` has `PERCENT`.
        minimum_subtotal (None | str | Unset): Least subtotal of all items; null without one.
        launches_at (datetime.datetime | None | Unset): When it starts to apply.
        expires_at (datetime.datetime | None | Unset): First moment at which it doesn't apply; null if it never expires.
        uses_limit (None | str | Unset): `UNLIMITED`, `ONCEPERCUSTOMER`, or `SINGLE` for one use by anybody.
            `order_count` says how often it was used.
        order_count (int | None | Unset):
        created_at (datetime.datetime | None | Unset):
        synced_at (datetime.datetime | Unset):
        application_limit (str | Unset): Customers who may use it: `UNLIMITED`, `NEW_CUSTOMER_ONLY` or
            `REPEAT_CUSTOMER_ONLY`.
        product_ids (list[int] | Unset): Products that it discounts, as well as those in `category_ids`. It discounts
            all products if both are empty.
        category_ids (list[int] | Unset): Categories whose products it discounts; 0 is the front page.
        shipping_methods (list[str] | Unset): IDs or names of the shipping methods that it discounts; all if empty. Only
            for the types with `SHIPPING`.
        raw (CouponRawType0 | None | Unset): The record as Ecwid sent it, with Ecwid's names. Returned only if `fields`
            names it.
        deleted_at (datetime.datetime | None | Unset): When it was deleted. Returned only with `include_deleted`.
    """

    id: int
    updated_at: datetime.datetime | Unset = UNSET
    code: str | Unset = UNSET
    name: None | str | Unset = UNSET
    type_: None | str | Unset = UNSET
    status: None | str | Unset = UNSET
    discount: None | str | Unset = UNSET
    minimum_subtotal: None | str | Unset = UNSET
    launches_at: datetime.datetime | None | Unset = UNSET
    expires_at: datetime.datetime | None | Unset = UNSET
    uses_limit: None | str | Unset = UNSET
    order_count: int | None | Unset = UNSET
    created_at: datetime.datetime | None | Unset = UNSET
    synced_at: datetime.datetime | Unset = UNSET
    application_limit: str | Unset = UNSET
    product_ids: list[int] | Unset = UNSET
    category_ids: list[int] | Unset = UNSET
    shipping_methods: list[str] | Unset = UNSET
    raw: CouponRawType0 | None | Unset = UNSET
    deleted_at: datetime.datetime | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.coupon_raw_type_0 import CouponRawType0  # noqa: PLC0415

        id = self.id

        updated_at: str | Unset = UNSET
        if not isinstance(self.updated_at, Unset):
            updated_at = self.updated_at.isoformat()

        code = self.code

        name: None | str | Unset
        if isinstance(self.name, Unset):
            name = UNSET
        else:
            name = self.name

        type_: None | str | Unset
        if isinstance(self.type_, Unset):
            type_ = UNSET
        else:
            type_ = self.type_

        status: None | str | Unset
        if isinstance(self.status, Unset):
            status = UNSET
        else:
            status = self.status

        discount: None | str | Unset
        if isinstance(self.discount, Unset):
            discount = UNSET
        else:
            discount = self.discount

        minimum_subtotal: None | str | Unset
        if isinstance(self.minimum_subtotal, Unset):
            minimum_subtotal = UNSET
        else:
            minimum_subtotal = self.minimum_subtotal

        launches_at: None | str | Unset
        if isinstance(self.launches_at, Unset):
            launches_at = UNSET
        elif isinstance(self.launches_at, datetime.datetime):
            launches_at = self.launches_at.isoformat()
        else:
            launches_at = self.launches_at

        expires_at: None | str | Unset
        if isinstance(self.expires_at, Unset):
            expires_at = UNSET
        elif isinstance(self.expires_at, datetime.datetime):
            expires_at = self.expires_at.isoformat()
        else:
            expires_at = self.expires_at

        uses_limit: None | str | Unset
        if isinstance(self.uses_limit, Unset):
            uses_limit = UNSET
        else:
            uses_limit = self.uses_limit

        order_count: int | None | Unset
        if isinstance(self.order_count, Unset):
            order_count = UNSET
        else:
            order_count = self.order_count

        created_at: None | str | Unset
        if isinstance(self.created_at, Unset):
            created_at = UNSET
        elif isinstance(self.created_at, datetime.datetime):
            created_at = self.created_at.isoformat()
        else:
            created_at = self.created_at

        synced_at: str | Unset = UNSET
        if not isinstance(self.synced_at, Unset):
            synced_at = self.synced_at.isoformat()

        application_limit = self.application_limit

        product_ids: list[int] | Unset = UNSET
        if not isinstance(self.product_ids, Unset):
            product_ids = self.product_ids

        category_ids: list[int] | Unset = UNSET
        if not isinstance(self.category_ids, Unset):
            category_ids = self.category_ids

        shipping_methods: list[str] | Unset = UNSET
        if not isinstance(self.shipping_methods, Unset):
            shipping_methods = self.shipping_methods

        raw: dict[str, Any] | None | Unset
        if isinstance(self.raw, Unset):
            raw = UNSET
        elif isinstance(self.raw, CouponRawType0):
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
        if code is not UNSET:
            field_dict["code"] = code
        if name is not UNSET:
            field_dict["name"] = name
        if type_ is not UNSET:
            field_dict["type"] = type_
        if status is not UNSET:
            field_dict["status"] = status
        if discount is not UNSET:
            field_dict["discount"] = discount
        if minimum_subtotal is not UNSET:
            field_dict["minimum_subtotal"] = minimum_subtotal
        if launches_at is not UNSET:
            field_dict["launches_at"] = launches_at
        if expires_at is not UNSET:
            field_dict["expires_at"] = expires_at
        if uses_limit is not UNSET:
            field_dict["uses_limit"] = uses_limit
        if order_count is not UNSET:
            field_dict["order_count"] = order_count
        if created_at is not UNSET:
            field_dict["created_at"] = created_at
        if synced_at is not UNSET:
            field_dict["synced_at"] = synced_at
        if application_limit is not UNSET:
            field_dict["application_limit"] = application_limit
        if product_ids is not UNSET:
            field_dict["product_ids"] = product_ids
        if category_ids is not UNSET:
            field_dict["category_ids"] = category_ids
        if shipping_methods is not UNSET:
            field_dict["shipping_methods"] = shipping_methods
        if raw is not UNSET:
            field_dict["raw"] = raw
        if deleted_at is not UNSET:
            field_dict["deleted_at"] = deleted_at

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.coupon_raw_type_0 import CouponRawType0  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        _updated_at = d.pop("updated_at", UNSET)
        updated_at: datetime.datetime | Unset
        if isinstance(_updated_at, Unset):
            updated_at = UNSET
        else:
            updated_at = datetime.datetime.fromisoformat(_updated_at)

        code = d.pop("code", UNSET)

        def _parse_name(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        name = _parse_name(d.pop("name", UNSET))

        def _parse_type_(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        type_ = _parse_type_(d.pop("type", UNSET))

        def _parse_status(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        status = _parse_status(d.pop("status", UNSET))

        def _parse_discount(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        discount = _parse_discount(d.pop("discount", UNSET))

        def _parse_minimum_subtotal(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        minimum_subtotal = _parse_minimum_subtotal(d.pop("minimum_subtotal", UNSET))

        def _parse_launches_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                launches_at_type_0 = datetime.datetime.fromisoformat(data)

                return launches_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        launches_at = _parse_launches_at(d.pop("launches_at", UNSET))

        def _parse_expires_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                expires_at_type_0 = datetime.datetime.fromisoformat(data)

                return expires_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        expires_at = _parse_expires_at(d.pop("expires_at", UNSET))

        def _parse_uses_limit(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        uses_limit = _parse_uses_limit(d.pop("uses_limit", UNSET))

        def _parse_order_count(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        order_count = _parse_order_count(d.pop("order_count", UNSET))

        def _parse_created_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                created_at_type_0 = datetime.datetime.fromisoformat(data)

                return created_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        created_at = _parse_created_at(d.pop("created_at", UNSET))

        _synced_at = d.pop("synced_at", UNSET)
        synced_at: datetime.datetime | Unset
        if isinstance(_synced_at, Unset):
            synced_at = UNSET
        else:
            synced_at = datetime.datetime.fromisoformat(_synced_at)

        application_limit = d.pop("application_limit", UNSET)

        product_ids = cast(list[int], d.pop("product_ids", UNSET))

        category_ids = cast(list[int], d.pop("category_ids", UNSET))

        shipping_methods = cast(list[str], d.pop("shipping_methods", UNSET))

        def _parse_raw(data: object) -> CouponRawType0 | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                raw_type_0 = CouponRawType0.from_dict(data)

                return raw_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(CouponRawType0 | None | Unset, data)

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

        coupon = cls(
            id=id,
            updated_at=updated_at,
            code=code,
            name=name,
            type_=type_,
            status=status,
            discount=discount,
            minimum_subtotal=minimum_subtotal,
            launches_at=launches_at,
            expires_at=expires_at,
            uses_limit=uses_limit,
            order_count=order_count,
            created_at=created_at,
            synced_at=synced_at,
            application_limit=application_limit,
            product_ids=product_ids,
            category_ids=category_ids,
            shipping_methods=shipping_methods,
            raw=raw,
            deleted_at=deleted_at,
        )

        coupon.additional_properties = d
        return coupon

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
