from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.stock_policy import StockPolicy, check_stock_policy
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.attribute import Attribute
    from ..models.bulk_price import BulkPrice
    from ..models.category import Category
    from ..models.image import Image
    from ..models.product_dimensions import ProductDimensions
    from ..models.product_option import ProductOption
    from ..models.product_raw_type_0 import ProductRawType0
    from ..models.sellable import Sellable
    from ..models.seo import Seo
    from ..models.shipping import Shipping
    from ..models.tax import Tax
    from ..models.variation import Variation


T = TypeVar("T", bound="Product")


@_attrs_define
class Product:
    """A product of the store.

    Attributes:
        id (int): Ecwid's ID of the record.
        updated_at (datetime.datetime | Unset): When it last changed in the store, its variations included.
        name (str | Unset): As customers see it.
        sku (None | str | Unset): The merchant's article number; a store may use one for several products.
        price (None | str | Unset): Price of one piece, without options and bulk prices.
        compare_to_price (None | str | Unset): Former price that the store shows crossed out.
        quantity (int | None | Unset): Items in stock without your stock buffer; null if unlimited.
        is_in_stock (bool | Unset): As the store shows it, whatever your stock buffer is.
        is_enabled (bool | Unset): Whether customers can see it in the store.
        url (None | str | Unset): Page of the product in the store.
        thumbnail_url (None | str | Unset): A small main image; `images` has all sizes.
        category_ids (list[int] | None | Unset): Categories that it is assigned to; their paths are in the categories.
        created_at (datetime.datetime | None | Unset): When it was added to the store.
        synced_at (datetime.datetime | Unset): When the portal last read the record from Ecwid.
        type_ (str | Unset): Type of a product. Ecwid has one flag for each type; the first that applies counts. New
            values may be added.
        subtitle (None | str | Unset): A short text below the name.
        description_html (None | str | Unset): Description in HTML as the store wrote it. Sanitize it.
        description_text (None | str | Unset): The description without markup, in lines of text.
        options (list[ProductOption] | Unset): Options that a customer chooses or fills in.
        variation_count (int | Unset): Number of variations: list variations with `product_id`.
        default_variation_id (int | None | Unset): Variation that the default choices select.
        bulk_prices (list[BulkPrice] | Unset): Prices without options, lowest quantity first.
        minimum_quantity (int | None | Unset): Fewest pieces in an order; null if any.
        maximum_quantity (int | None | Unset): Most pieces in an order; null if any.
        stock_policy (StockPolicy | Unset): How stock limits a sale.
        out_of_stock_visibility (None | str | Unset): Whether the storefront shows it without stock: `SHOW`, `HIDE` or
            `ALLOW_PREORDER`; null if the store doesn't say.
        low_stock_limit (int | None | Unset): Stock at which the merchant gets a warning.
        images (list[Image] | Unset): The main image first.
        brand (None | str | Unset): Value of an attribute of the type `BRAND`.
        gtin (None | str | Unset): GTIN, EAN or UPC as the store wrote it: the value of an attribute `UPC`.
        attributes (list[Attribute] | Unset): All attributes with a value, brand and GTIN included.
        weight (None | str | Unset): Weight of one piece in the store's unit; null if it isn't set. A number such as
            `0.4`.
        dimensions (None | ProductDimensions | Unset): Size of one piece; null if it isn't set.
        shipping (Shipping | Unset): Shipping settings of the product.
        tax (Tax | Unset): How the product is taxed. Rates depend on the customer's address: quote the order.
        default_category_id (int | None | Unset): Category of the product's main URL.
        seo (Seo | Unset): Texts for search engines; null where the store has none of its own.
        class_id (int | None | Unset): Ecwid's product type, which decides on its attributes; 0 is General.
        condition (None | str | Unset): Ecwid's value, such as `NEW`.
        external_reference_id (None | str | Unset): The merchant's reference in another system.
        customs_tariff_code (None | str | Unset): HS code for customs.
        is_gift_card (bool | Unset): Gift cards can't be ordered by API.
        allows_discounts (bool | Unset): Whether discounts and coupons apply.
        sellable (Sellable | Unset): Whether you can sell it, and all reasons if you can't.
        variations (list[Variation] | Unset): Returned only if `include` names it.
        categories (list[Category] | Unset): Returned only if `include` names it.
        raw (None | ProductRawType0 | Unset): The record as Ecwid sent it, with Ecwid's names. Returned only if `fields`
            names it.
        deleted_at (datetime.datetime | None | Unset): When it was deleted. Returned only with `include_deleted`.
    """

    id: int
    updated_at: datetime.datetime | Unset = UNSET
    name: str | Unset = UNSET
    sku: None | str | Unset = UNSET
    price: None | str | Unset = UNSET
    compare_to_price: None | str | Unset = UNSET
    quantity: int | None | Unset = UNSET
    is_in_stock: bool | Unset = UNSET
    is_enabled: bool | Unset = UNSET
    url: None | str | Unset = UNSET
    thumbnail_url: None | str | Unset = UNSET
    category_ids: list[int] | None | Unset = UNSET
    created_at: datetime.datetime | None | Unset = UNSET
    synced_at: datetime.datetime | Unset = UNSET
    type_: str | Unset = UNSET
    subtitle: None | str | Unset = UNSET
    description_html: None | str | Unset = UNSET
    description_text: None | str | Unset = UNSET
    options: list[ProductOption] | Unset = UNSET
    variation_count: int | Unset = UNSET
    default_variation_id: int | None | Unset = UNSET
    bulk_prices: list[BulkPrice] | Unset = UNSET
    minimum_quantity: int | None | Unset = UNSET
    maximum_quantity: int | None | Unset = UNSET
    stock_policy: StockPolicy | Unset = UNSET
    out_of_stock_visibility: None | str | Unset = UNSET
    low_stock_limit: int | None | Unset = UNSET
    images: list[Image] | Unset = UNSET
    brand: None | str | Unset = UNSET
    gtin: None | str | Unset = UNSET
    attributes: list[Attribute] | Unset = UNSET
    weight: None | str | Unset = UNSET
    dimensions: None | ProductDimensions | Unset = UNSET
    shipping: Shipping | Unset = UNSET
    tax: Tax | Unset = UNSET
    default_category_id: int | None | Unset = UNSET
    seo: Seo | Unset = UNSET
    class_id: int | None | Unset = UNSET
    condition: None | str | Unset = UNSET
    external_reference_id: None | str | Unset = UNSET
    customs_tariff_code: None | str | Unset = UNSET
    is_gift_card: bool | Unset = UNSET
    allows_discounts: bool | Unset = UNSET
    sellable: Sellable | Unset = UNSET
    variations: list[Variation] | Unset = UNSET
    categories: list[Category] | Unset = UNSET
    raw: None | ProductRawType0 | Unset = UNSET
    deleted_at: datetime.datetime | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.product_dimensions import ProductDimensions  # noqa: PLC0415
        from ..models.product_raw_type_0 import ProductRawType0  # noqa: PLC0415

        id = self.id

        updated_at: str | Unset = UNSET
        if not isinstance(self.updated_at, Unset):
            updated_at = self.updated_at.isoformat()

        name = self.name

        sku: None | str | Unset
        if isinstance(self.sku, Unset):
            sku = UNSET
        else:
            sku = self.sku

        price: None | str | Unset
        if isinstance(self.price, Unset):
            price = UNSET
        else:
            price = self.price

        compare_to_price: None | str | Unset
        if isinstance(self.compare_to_price, Unset):
            compare_to_price = UNSET
        else:
            compare_to_price = self.compare_to_price

        quantity: int | None | Unset
        if isinstance(self.quantity, Unset):
            quantity = UNSET
        else:
            quantity = self.quantity

        is_in_stock = self.is_in_stock

        is_enabled = self.is_enabled

        url: None | str | Unset
        if isinstance(self.url, Unset):
            url = UNSET
        else:
            url = self.url

        thumbnail_url: None | str | Unset
        if isinstance(self.thumbnail_url, Unset):
            thumbnail_url = UNSET
        else:
            thumbnail_url = self.thumbnail_url

        category_ids: list[int] | None | Unset
        if isinstance(self.category_ids, Unset):
            category_ids = UNSET
        elif isinstance(self.category_ids, list):
            category_ids = self.category_ids

        else:
            category_ids = self.category_ids

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

        type_ = self.type_

        subtitle: None | str | Unset
        if isinstance(self.subtitle, Unset):
            subtitle = UNSET
        else:
            subtitle = self.subtitle

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

        options: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.options, Unset):
            options = []
            for options_item_data in self.options:
                options_item = options_item_data.to_dict()
                options.append(options_item)

        variation_count = self.variation_count

        default_variation_id: int | None | Unset
        if isinstance(self.default_variation_id, Unset):
            default_variation_id = UNSET
        else:
            default_variation_id = self.default_variation_id

        bulk_prices: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.bulk_prices, Unset):
            bulk_prices = []
            for bulk_prices_item_data in self.bulk_prices:
                bulk_prices_item = bulk_prices_item_data.to_dict()
                bulk_prices.append(bulk_prices_item)

        minimum_quantity: int | None | Unset
        if isinstance(self.minimum_quantity, Unset):
            minimum_quantity = UNSET
        else:
            minimum_quantity = self.minimum_quantity

        maximum_quantity: int | None | Unset
        if isinstance(self.maximum_quantity, Unset):
            maximum_quantity = UNSET
        else:
            maximum_quantity = self.maximum_quantity

        stock_policy: str | Unset = UNSET
        if not isinstance(self.stock_policy, Unset):
            stock_policy = self.stock_policy

        out_of_stock_visibility: None | str | Unset
        if isinstance(self.out_of_stock_visibility, Unset):
            out_of_stock_visibility = UNSET
        else:
            out_of_stock_visibility = self.out_of_stock_visibility

        low_stock_limit: int | None | Unset
        if isinstance(self.low_stock_limit, Unset):
            low_stock_limit = UNSET
        else:
            low_stock_limit = self.low_stock_limit

        images: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.images, Unset):
            images = []
            for images_item_data in self.images:
                images_item = images_item_data.to_dict()
                images.append(images_item)

        brand: None | str | Unset
        if isinstance(self.brand, Unset):
            brand = UNSET
        else:
            brand = self.brand

        gtin: None | str | Unset
        if isinstance(self.gtin, Unset):
            gtin = UNSET
        else:
            gtin = self.gtin

        attributes: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.attributes, Unset):
            attributes = []
            for attributes_item_data in self.attributes:
                attributes_item = attributes_item_data.to_dict()
                attributes.append(attributes_item)

        weight: None | str | Unset
        if isinstance(self.weight, Unset):
            weight = UNSET
        else:
            weight = self.weight

        dimensions: dict[str, Any] | None | Unset
        if isinstance(self.dimensions, Unset):
            dimensions = UNSET
        elif isinstance(self.dimensions, ProductDimensions):
            dimensions = self.dimensions.to_dict()
        else:
            dimensions = self.dimensions

        shipping: dict[str, Any] | Unset = UNSET
        if not isinstance(self.shipping, Unset):
            shipping = self.shipping.to_dict()

        tax: dict[str, Any] | Unset = UNSET
        if not isinstance(self.tax, Unset):
            tax = self.tax.to_dict()

        default_category_id: int | None | Unset
        if isinstance(self.default_category_id, Unset):
            default_category_id = UNSET
        else:
            default_category_id = self.default_category_id

        seo: dict[str, Any] | Unset = UNSET
        if not isinstance(self.seo, Unset):
            seo = self.seo.to_dict()

        class_id: int | None | Unset
        if isinstance(self.class_id, Unset):
            class_id = UNSET
        else:
            class_id = self.class_id

        condition: None | str | Unset
        if isinstance(self.condition, Unset):
            condition = UNSET
        else:
            condition = self.condition

        external_reference_id: None | str | Unset
        if isinstance(self.external_reference_id, Unset):
            external_reference_id = UNSET
        else:
            external_reference_id = self.external_reference_id

        customs_tariff_code: None | str | Unset
        if isinstance(self.customs_tariff_code, Unset):
            customs_tariff_code = UNSET
        else:
            customs_tariff_code = self.customs_tariff_code

        is_gift_card = self.is_gift_card

        allows_discounts = self.allows_discounts

        sellable: dict[str, Any] | Unset = UNSET
        if not isinstance(self.sellable, Unset):
            sellable = self.sellable.to_dict()

        variations: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.variations, Unset):
            variations = []
            for variations_item_data in self.variations:
                variations_item = variations_item_data.to_dict()
                variations.append(variations_item)

        categories: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.categories, Unset):
            categories = []
            for categories_item_data in self.categories:
                categories_item = categories_item_data.to_dict()
                categories.append(categories_item)

        raw: dict[str, Any] | None | Unset
        if isinstance(self.raw, Unset):
            raw = UNSET
        elif isinstance(self.raw, ProductRawType0):
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
        if name is not UNSET:
            field_dict["name"] = name
        if sku is not UNSET:
            field_dict["sku"] = sku
        if price is not UNSET:
            field_dict["price"] = price
        if compare_to_price is not UNSET:
            field_dict["compare_to_price"] = compare_to_price
        if quantity is not UNSET:
            field_dict["quantity"] = quantity
        if is_in_stock is not UNSET:
            field_dict["is_in_stock"] = is_in_stock
        if is_enabled is not UNSET:
            field_dict["is_enabled"] = is_enabled
        if url is not UNSET:
            field_dict["url"] = url
        if thumbnail_url is not UNSET:
            field_dict["thumbnail_url"] = thumbnail_url
        if category_ids is not UNSET:
            field_dict["category_ids"] = category_ids
        if created_at is not UNSET:
            field_dict["created_at"] = created_at
        if synced_at is not UNSET:
            field_dict["synced_at"] = synced_at
        if type_ is not UNSET:
            field_dict["type"] = type_
        if subtitle is not UNSET:
            field_dict["subtitle"] = subtitle
        if description_html is not UNSET:
            field_dict["description_html"] = description_html
        if description_text is not UNSET:
            field_dict["description_text"] = description_text
        if options is not UNSET:
            field_dict["options"] = options
        if variation_count is not UNSET:
            field_dict["variation_count"] = variation_count
        if default_variation_id is not UNSET:
            field_dict["default_variation_id"] = default_variation_id
        if bulk_prices is not UNSET:
            field_dict["bulk_prices"] = bulk_prices
        if minimum_quantity is not UNSET:
            field_dict["minimum_quantity"] = minimum_quantity
        if maximum_quantity is not UNSET:
            field_dict["maximum_quantity"] = maximum_quantity
        if stock_policy is not UNSET:
            field_dict["stock_policy"] = stock_policy
        if out_of_stock_visibility is not UNSET:
            field_dict["out_of_stock_visibility"] = out_of_stock_visibility
        if low_stock_limit is not UNSET:
            field_dict["low_stock_limit"] = low_stock_limit
        if images is not UNSET:
            field_dict["images"] = images
        if brand is not UNSET:
            field_dict["brand"] = brand
        if gtin is not UNSET:
            field_dict["gtin"] = gtin
        if attributes is not UNSET:
            field_dict["attributes"] = attributes
        if weight is not UNSET:
            field_dict["weight"] = weight
        if dimensions is not UNSET:
            field_dict["dimensions"] = dimensions
        if shipping is not UNSET:
            field_dict["shipping"] = shipping
        if tax is not UNSET:
            field_dict["tax"] = tax
        if default_category_id is not UNSET:
            field_dict["default_category_id"] = default_category_id
        if seo is not UNSET:
            field_dict["seo"] = seo
        if class_id is not UNSET:
            field_dict["class_id"] = class_id
        if condition is not UNSET:
            field_dict["condition"] = condition
        if external_reference_id is not UNSET:
            field_dict["external_reference_id"] = external_reference_id
        if customs_tariff_code is not UNSET:
            field_dict["customs_tariff_code"] = customs_tariff_code
        if is_gift_card is not UNSET:
            field_dict["is_gift_card"] = is_gift_card
        if allows_discounts is not UNSET:
            field_dict["allows_discounts"] = allows_discounts
        if sellable is not UNSET:
            field_dict["sellable"] = sellable
        if variations is not UNSET:
            field_dict["variations"] = variations
        if categories is not UNSET:
            field_dict["categories"] = categories
        if raw is not UNSET:
            field_dict["raw"] = raw
        if deleted_at is not UNSET:
            field_dict["deleted_at"] = deleted_at

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.attribute import Attribute  # noqa: PLC0415
        from ..models.bulk_price import BulkPrice  # noqa: PLC0415
        from ..models.category import Category  # noqa: PLC0415
        from ..models.image import Image  # noqa: PLC0415
        from ..models.product_dimensions import ProductDimensions  # noqa: PLC0415
        from ..models.product_option import ProductOption  # noqa: PLC0415
        from ..models.product_raw_type_0 import ProductRawType0  # noqa: PLC0415
        from ..models.sellable import Sellable  # noqa: PLC0415
        from ..models.seo import Seo  # noqa: PLC0415
        from ..models.shipping import Shipping  # noqa: PLC0415
        from ..models.tax import Tax  # noqa: PLC0415
        from ..models.variation import Variation  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        _updated_at = d.pop("updated_at", UNSET)
        updated_at: datetime.datetime | Unset
        if isinstance(_updated_at, Unset):
            updated_at = UNSET
        else:
            updated_at = datetime.datetime.fromisoformat(_updated_at)

        name = d.pop("name", UNSET)

        def _parse_sku(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        sku = _parse_sku(d.pop("sku", UNSET))

        def _parse_price(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        price = _parse_price(d.pop("price", UNSET))

        def _parse_compare_to_price(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        compare_to_price = _parse_compare_to_price(d.pop("compare_to_price", UNSET))

        def _parse_quantity(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        quantity = _parse_quantity(d.pop("quantity", UNSET))

        is_in_stock = d.pop("is_in_stock", UNSET)

        is_enabled = d.pop("is_enabled", UNSET)

        def _parse_url(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        url = _parse_url(d.pop("url", UNSET))

        def _parse_thumbnail_url(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        thumbnail_url = _parse_thumbnail_url(d.pop("thumbnail_url", UNSET))

        def _parse_category_ids(data: object) -> list[int] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                category_ids_type_0 = cast(list[int], data)

                return category_ids_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[int] | None | Unset, data)

        category_ids = _parse_category_ids(d.pop("category_ids", UNSET))

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

        type_ = d.pop("type", UNSET)

        def _parse_subtitle(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        subtitle = _parse_subtitle(d.pop("subtitle", UNSET))

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

        _options = d.pop("options", UNSET)
        options: list[ProductOption] | Unset = UNSET
        if _options is not UNSET:
            options = []
            for options_item_data in _options:
                options_item = ProductOption.from_dict(options_item_data)

                options.append(options_item)

        variation_count = d.pop("variation_count", UNSET)

        def _parse_default_variation_id(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        default_variation_id = _parse_default_variation_id(d.pop("default_variation_id", UNSET))

        _bulk_prices = d.pop("bulk_prices", UNSET)
        bulk_prices: list[BulkPrice] | Unset = UNSET
        if _bulk_prices is not UNSET:
            bulk_prices = []
            for bulk_prices_item_data in _bulk_prices:
                bulk_prices_item = BulkPrice.from_dict(bulk_prices_item_data)

                bulk_prices.append(bulk_prices_item)

        def _parse_minimum_quantity(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        minimum_quantity = _parse_minimum_quantity(d.pop("minimum_quantity", UNSET))

        def _parse_maximum_quantity(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        maximum_quantity = _parse_maximum_quantity(d.pop("maximum_quantity", UNSET))

        _stock_policy = d.pop("stock_policy", UNSET)
        stock_policy: StockPolicy | Unset
        if isinstance(_stock_policy, Unset):
            stock_policy = UNSET
        else:
            stock_policy = check_stock_policy(_stock_policy)

        def _parse_out_of_stock_visibility(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        out_of_stock_visibility = _parse_out_of_stock_visibility(
            d.pop("out_of_stock_visibility", UNSET)
        )

        def _parse_low_stock_limit(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        low_stock_limit = _parse_low_stock_limit(d.pop("low_stock_limit", UNSET))

        _images = d.pop("images", UNSET)
        images: list[Image] | Unset = UNSET
        if _images is not UNSET:
            images = []
            for images_item_data in _images:
                images_item = Image.from_dict(images_item_data)

                images.append(images_item)

        def _parse_brand(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        brand = _parse_brand(d.pop("brand", UNSET))

        def _parse_gtin(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        gtin = _parse_gtin(d.pop("gtin", UNSET))

        _attributes = d.pop("attributes", UNSET)
        attributes: list[Attribute] | Unset = UNSET
        if _attributes is not UNSET:
            attributes = []
            for attributes_item_data in _attributes:
                attributes_item = Attribute.from_dict(attributes_item_data)

                attributes.append(attributes_item)

        def _parse_weight(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        weight = _parse_weight(d.pop("weight", UNSET))

        def _parse_dimensions(data: object) -> None | ProductDimensions | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                dimensions_type_0 = ProductDimensions.from_dict(data)

                return dimensions_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | ProductDimensions | Unset, data)

        dimensions = _parse_dimensions(d.pop("dimensions", UNSET))

        _shipping = d.pop("shipping", UNSET)
        shipping: Shipping | Unset
        if isinstance(_shipping, Unset):
            shipping = UNSET
        else:
            shipping = Shipping.from_dict(_shipping)

        _tax = d.pop("tax", UNSET)
        tax: Tax | Unset
        if isinstance(_tax, Unset):
            tax = UNSET
        else:
            tax = Tax.from_dict(_tax)

        def _parse_default_category_id(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        default_category_id = _parse_default_category_id(d.pop("default_category_id", UNSET))

        _seo = d.pop("seo", UNSET)
        seo: Seo | Unset
        if isinstance(_seo, Unset):
            seo = UNSET
        else:
            seo = Seo.from_dict(_seo)

        def _parse_class_id(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        class_id = _parse_class_id(d.pop("class_id", UNSET))

        def _parse_condition(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        condition = _parse_condition(d.pop("condition", UNSET))

        def _parse_external_reference_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        external_reference_id = _parse_external_reference_id(d.pop("external_reference_id", UNSET))

        def _parse_customs_tariff_code(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        customs_tariff_code = _parse_customs_tariff_code(d.pop("customs_tariff_code", UNSET))

        is_gift_card = d.pop("is_gift_card", UNSET)

        allows_discounts = d.pop("allows_discounts", UNSET)

        _sellable = d.pop("sellable", UNSET)
        sellable: Sellable | Unset
        if isinstance(_sellable, Unset):
            sellable = UNSET
        else:
            sellable = Sellable.from_dict(_sellable)

        _variations = d.pop("variations", UNSET)
        variations: list[Variation] | Unset = UNSET
        if _variations is not UNSET:
            variations = []
            for variations_item_data in _variations:
                variations_item = Variation.from_dict(variations_item_data)

                variations.append(variations_item)

        _categories = d.pop("categories", UNSET)
        categories: list[Category] | Unset = UNSET
        if _categories is not UNSET:
            categories = []
            for categories_item_data in _categories:
                categories_item = Category.from_dict(categories_item_data)

                categories.append(categories_item)

        def _parse_raw(data: object) -> None | ProductRawType0 | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                raw_type_0 = ProductRawType0.from_dict(data)

                return raw_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | ProductRawType0 | Unset, data)

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

        product = cls(
            id=id,
            updated_at=updated_at,
            name=name,
            sku=sku,
            price=price,
            compare_to_price=compare_to_price,
            quantity=quantity,
            is_in_stock=is_in_stock,
            is_enabled=is_enabled,
            url=url,
            thumbnail_url=thumbnail_url,
            category_ids=category_ids,
            created_at=created_at,
            synced_at=synced_at,
            type_=type_,
            subtitle=subtitle,
            description_html=description_html,
            description_text=description_text,
            options=options,
            variation_count=variation_count,
            default_variation_id=default_variation_id,
            bulk_prices=bulk_prices,
            minimum_quantity=minimum_quantity,
            maximum_quantity=maximum_quantity,
            stock_policy=stock_policy,
            out_of_stock_visibility=out_of_stock_visibility,
            low_stock_limit=low_stock_limit,
            images=images,
            brand=brand,
            gtin=gtin,
            attributes=attributes,
            weight=weight,
            dimensions=dimensions,
            shipping=shipping,
            tax=tax,
            default_category_id=default_category_id,
            seo=seo,
            class_id=class_id,
            condition=condition,
            external_reference_id=external_reference_id,
            customs_tariff_code=customs_tariff_code,
            is_gift_card=is_gift_card,
            allows_discounts=allows_discounts,
            sellable=sellable,
            variations=variations,
            categories=categories,
            raw=raw,
            deleted_at=deleted_at,
        )

        product.additional_properties = d
        return product

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
