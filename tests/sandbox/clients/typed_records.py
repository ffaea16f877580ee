"""Records of Ecwid's API as a typed client declares them.

The field names and types follow the classes of ecwid-java-api-client, Ecwid's own client, named at
each record. ``Int`` is 32 bits wide, and a field that isn't optional has to be in the answer with a
value of its type. Such a client reads no page that has one wrong value.
"""

from __future__ import annotations

from typing import Annotated, Any, Generic, TypeVar

from msgspec import Meta, Struct, json

Int = Annotated[int, Meta(ge=-(2**31), lt=2**31)]
Date = Annotated[str, Meta(pattern=r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4}$")]
Texts = dict[str, str]
Item = TypeVar("Item")


class Record(Struct, rename="camel"):
    """A JSON object, whose fields have names in camel case."""


class Page(Record, Generic[Item]):
    """PagingResult: one page of a list."""

    total: Int
    count: Int
    offset: Int
    limit: Int
    items: list[Item]


class OptionValue(Record):
    """FetchedVariation.Option."""

    name: str
    value: str


class WholesalePrice(Record):
    """FetchedProduct.WholesalePrice."""

    quantity: Int
    price: float


class Variation(Record):
    """FetchedVariation."""

    id: Int
    combination_number: Int
    options: list[OptionValue]
    sku: str | None = None
    price: float | None = None
    compare_to_price: float | None = None
    wholesale_prices: list[WholesalePrice] | None = None
    quantity: Int | None = None
    unlimited: bool | None = None
    warning_limit: Int | None = None
    weight: float | None = None
    is_shipping_required: bool | None = None


class Choice(Record):
    """FetchedProduct.ProductOptionChoice."""

    text: str
    price_modifier: float
    price_modifier_type: str


class Option(Record):
    """FetchedProduct.ProductOption."""

    name: str
    type: str
    required: bool
    choices: list[Choice] | None = None
    default_choice: Int | None = None


class CategoryInfo(Record):
    """FetchedProduct.CategoryInfo."""

    id: Int
    enabled: bool


class Tax(Record):
    """FetchedProduct.TaxInfo."""

    taxable: bool
    default_location_included_tax_rate: float
    enabled_manual_taxes: list[Int]
    tax_class_code: str | None = None


class Dimensions(Record):
    """FetchedProduct.ProductDimensions."""

    length: float | None = None
    width: float | None = None
    height: float | None = None


class Attribute(Record):
    """FetchedProduct.AttributeValue."""

    id: Int | None = None
    name: str | None = None
    type: str | None = None
    value: str | None = None
    show: str | None = None


class GalleryImage(Record):
    """FetchedProduct.GalleryImage."""

    id: Int
    order_by: Int
    width: Int
    height: Int
    url: str
    alt: str | None = None


class ProductFile(Record):
    """FetchedProduct.ProductFile."""

    id: Int
    name: str
    size: int


class Product(Record):
    """FetchedProduct."""

    id: Int
    name: str
    sku: str
    created: Date
    updated: Date
    create_timestamp: Int
    update_timestamp: Int
    name_translated: Texts | None = None
    description: str | None = None
    url: str | None = None
    enabled: bool | None = None
    quantity: Int | None = None
    unlimited: bool | None = None
    in_stock: bool | None = None
    warning_limit: Int | None = None
    category_ids: list[Int] | None = None
    categories: list[CategoryInfo] | None = None
    default_category_id: Int | None = None
    show_on_frontpage: Int | None = None
    price: float | None = None
    price_in_product_list: float | None = None
    default_displayed_price: float | None = None
    default_displayed_price_formatted: str | None = None
    cost_price: float | None = None
    compare_to_price: float | None = None
    wholesale_prices: list[WholesalePrice] | None = None
    weight: float | None = None
    dimensions: Dimensions | None = None
    is_shipping_required: bool | None = None
    product_class_id: Int | None = None
    attributes: list[Attribute] | None = None
    options: list[Option] | None = None
    tax: Tax | None = None
    gallery_images: list[GalleryImage] | None = None
    files: list[ProductFile] | None = None
    default_combination_id: Int | None = None
    combinations: list[Variation] | None = None
    is_gift_card: bool | None = None
    is_sample_product: bool | None = None
    discounts_allowed: bool | None = None
    thumbnail_url: str | None = None
    image_url: str | None = None
    external_reference_id: str | None = None
    min_purchase_quantity: Int | None = None
    max_purchase_quantity: Int | None = None


class Category(Record):
    """FetchedCategory."""

    id: Int
    name: str
    enabled: bool
    parent_id: Int | None = None
    order_by: Int | None = None
    product_ids: list[Int] | None = None
    name_translated: Texts | None = None
    description: str | None = None
    url: str | None = None
    product_count: Int | None = None
    enabled_product_count: Int | None = None


class ProductType(Record):
    """FetchedProductType."""

    id: Int
    name: str | None = None
    google_taxonomy: str | None = None
    attributes: list[Attribute] | None = None


class CatalogLimit(Record):
    """FetchedCoupon.DiscountCouponCatalogLimit."""

    products: list[Int] | None = None
    categories: list[Int] | None = None


class Coupon(Record):
    """FetchedCoupon."""

    id: Int
    name: str
    code: str
    discount_type: str
    status: str
    creation_date: Date
    discount: float | None = None
    launch_date: Date | None = None
    expiration_date: Date | None = None
    total_limit: float | None = None
    uses_limit: str | None = None
    repeat_customer_only: bool | None = None
    application_limit: str | None = None
    update_date: Date | None = None
    order_count: Int | None = None
    catalog_limit: CatalogLimit | None = None


class Person(Record):
    """FetchedOrder.PersonInfo and the addresses of FetchedCustomer."""

    id: Int | None = None
    name: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    company_name: str | None = None
    street: str | None = None
    city: str | None = None
    country_code: str | None = None
    country_name: str | None = None
    postal_code: str | None = None
    state_or_province_code: str | None = None
    state_or_province_name: str | None = None
    phone: str | None = None


class Contact(Record):
    """FetchedCustomer's contacts."""

    id: Int
    contact: str
    type: str
    default: bool


class Customer(Record):
    """FetchedCustomer."""

    id: Int
    email: str
    registered: Date
    updated: Date
    name: str | None = None
    total_order_count: Int | None = None
    customer_group_id: Int | None = None
    customer_group_name: str | None = None
    billing_person: Person | None = None
    shipping_addresses: list[Person] | None = None
    contacts: list[Contact] | None = None
    tax_id: str | None = None
    tax_id_valid: bool | None = None
    tax_exempt: bool | None = None
    accept_marketing: bool | None = None


class TaxLine(Record):
    """FetchedOrder.OrderItemTax."""

    name: str | None = None
    value: float | None = None
    total: float | None = None


class SelectedOption(Record):
    """FetchedOrder.OrderItemSelectedOption."""

    name: str | None = None
    type: str | None = None
    value: str | None = None
    values_array: list[str] | None = None


class OrderItem(Record):
    """FetchedOrder.OrderItem."""

    id: Int
    product_id: Int | None = None
    category_id: Int | None = None
    combination_id: Int | None = None
    price: float | None = None
    product_price: float | None = None
    shipping: float | None = None
    tax: float | None = None
    coupon_amount: float | None = None
    sku: str | None = None
    name: str | None = None
    quantity: Int | None = None
    weight: float | None = None
    is_shipping_required: bool | None = None
    track_quantity: bool | None = None
    digital: bool | None = None
    coupon_applied: bool | None = None
    selected_options: list[SelectedOption] | None = None
    taxes: list[TaxLine] | None = None
    dimensions: Dimensions | None = None


class ShippingOption(Record):
    """FetchedOrder.ShippingOption."""

    shipping_method_name: str | None = None
    shipping_carrier_name: str | None = None
    shipping_rate: float | None = None
    shipping_rate_without_tax: float | None = None
    is_pickup: bool | None = None
    fulfillment_type: str | None = None


class HandlingFee(Record):
    """FetchedOrder.HandlingFee."""

    name: str | None = None
    value: float | None = None
    description: str | None = None


class Order(Record):
    """FetchedOrder."""

    id: str
    order_number: Int
    vendor_order_number: str
    payment_status: str
    fulfillment_status: str
    create_date: Date
    update_date: Date
    create_timestamp: int
    update_timestamp: int
    items: list[OrderItem]
    internal_id: Int | None = None
    email: str | None = None
    hidden: bool | None = None
    additional_info: Texts | None = None
    extra_fields: Texts | None = None
    private_admin_notes: str | None = None
    external_order_id: str | None = None
    tracking_number: str | None = None
    pickup_time: Date | None = None
    payment_method: str | None = None
    payment_module: str | None = None
    customer_id: Int | None = None
    accept_marketing: bool | None = None
    total: float | None = None
    total_without_tax: float | None = None
    subtotal: float | None = None
    usd_total: float | None = None
    tax: float | None = None
    customer_tax_exempt: bool | None = None
    coupon_discount: float | None = None
    volume_discount: float | None = None
    membership_based_discount: float | None = None
    total_and_membership_based_discount: float | None = None
    discount: float | None = None
    discount_coupon: dict[str, Any] | None = None
    custom_discount: list[float] | None = None
    billing_person: Person | None = None
    shipping_person: Person | None = None
    shipping_option: ShippingOption | None = None
    handling_fee: HandlingFee | None = None
    refunded_amount: float | None = None
    prices_include_tax: bool | None = None


class Deleted(Record):
    """DeletedProduct, DeletedCustomer and DeletedOrder."""

    id: Int
    date: Date
    order_id: str | None = None


class FeatureToggle(Record):
    """FetchedStoreProfile.FeatureTogglesInfo."""

    name: str
    visible: bool
    enabled: bool


class GeneralInfo(Record):
    """FetchedStoreProfile.GeneralInfo."""

    store_id: Int
    store_url: str | None = None


class Account(Record):
    """FetchedStoreProfile.Account."""

    available_features: list[str]
    account_name: str | None = None
    account_email: str | None = None
    white_label: bool | None = None


class Profile(Record):
    """FetchedStoreProfile."""

    general_info: GeneralInfo
    account: Account
    feature_toggles: list[FeatureToggle]


class Stats(Record):
    """FetchedLatestStats."""

    products_updated: Date
    orders_updated: Date
    profile_updated: Date
    categories_updated: Date
    discount_coupons_updated: Date
    customers_updated: Date
    product_count: Int | None = None
    category_count: Int | None = None


class Created(Record):
    """ProductCreateResult and its siblings."""

    id: Int


class OrderCreated(Record):
    """OrderCreateResult."""

    id: Int
    order_id: str


class Updated(Record):
    """ProductUpdateResult and its siblings."""

    update_count: Int


def decode(text: str, record: Any) -> Any:
    """Decode a JSON answer as a typed record; raise msgspec.ValidationError for a wrong value."""
    return json.decode(text, type=record, strict=True)
