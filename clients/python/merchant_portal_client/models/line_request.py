from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.line_request_options_type_0 import LineRequestOptionsType0


T = TypeVar("T", bound="LineRequest")


@_attrs_define
class LineRequest:
    """Line request: a product by id or SKU, and a variation by id, SKU or options.

    Attributes:
        quantity (int):
        product_id (int | None | Unset):
        variation_id (int | None | Unset):
        sku (None | str | Unset):
        options (LineRequestOptionsType0 | None | Unset): Chosen values by option name; a list where several can be
            chosen.
        expected_price (None | str | Unset): The unit price that you showed; null if any price is accepted.
    """

    quantity: int
    product_id: int | None | Unset = UNSET
    variation_id: int | None | Unset = UNSET
    sku: None | str | Unset = UNSET
    options: LineRequestOptionsType0 | None | Unset = UNSET
    expected_price: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.line_request_options_type_0 import LineRequestOptionsType0  # noqa: PLC0415

        quantity = self.quantity

        product_id: int | None | Unset
        if isinstance(self.product_id, Unset):
            product_id = UNSET
        else:
            product_id = self.product_id

        variation_id: int | None | Unset
        if isinstance(self.variation_id, Unset):
            variation_id = UNSET
        else:
            variation_id = self.variation_id

        sku: None | str | Unset
        if isinstance(self.sku, Unset):
            sku = UNSET
        else:
            sku = self.sku

        options: dict[str, Any] | None | Unset
        if isinstance(self.options, Unset):
            options = UNSET
        elif isinstance(self.options, LineRequestOptionsType0):
            options = self.options.to_dict()
        else:
            options = self.options

        expected_price: None | str | Unset
        if isinstance(self.expected_price, Unset):
            expected_price = UNSET
        else:
            expected_price = self.expected_price

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "quantity": quantity,
            }
        )
        if product_id is not UNSET:
            field_dict["product_id"] = product_id
        if variation_id is not UNSET:
            field_dict["variation_id"] = variation_id
        if sku is not UNSET:
            field_dict["sku"] = sku
        if options is not UNSET:
            field_dict["options"] = options
        if expected_price is not UNSET:
            field_dict["expected_price"] = expected_price

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.line_request_options_type_0 import LineRequestOptionsType0  # noqa: PLC0415

        d = dict(src_dict)
        quantity = d.pop("quantity")

        def _parse_product_id(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        product_id = _parse_product_id(d.pop("product_id", UNSET))

        def _parse_variation_id(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        variation_id = _parse_variation_id(d.pop("variation_id", UNSET))

        def _parse_sku(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        sku = _parse_sku(d.pop("sku", UNSET))

        def _parse_options(data: object) -> LineRequestOptionsType0 | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                options_type_0 = LineRequestOptionsType0.from_dict(data)

                return options_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(LineRequestOptionsType0 | None | Unset, data)

        options = _parse_options(d.pop("options", UNSET))

        def _parse_expected_price(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        expected_price = _parse_expected_price(d.pop("expected_price", UNSET))

        line_request = cls(
            quantity=quantity,
            product_id=product_id,
            variation_id=variation_id,
            sku=sku,
            options=options,
            expected_price=expected_price,
        )

        return line_request
