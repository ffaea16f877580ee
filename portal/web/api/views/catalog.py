"""Products, variations and categories of a store."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from portal.models import Store
from portal.rules.api_keys.key_scopes import KeyScope
from portal.services.records.read_records import LARGEST_ID, Row
from portal.services.records.record_views import CATEGORIES, PRODUCTS, VARIATIONS
from portal.web.api import catalog_schemas, category_schemas
from portal.web.api.authentication import key_rate_limit
from portal.web.api.endpoints import endpoint
from portal.web.api.list_parameters import (
    ChangeSort,
    ChangesQuery,
    FieldsQuery,
    IdSort,
    Include,
    PageQuery,
    record_names,
)
from portal.web.api.pagination import get_record, list_records
from portal.web.api.responses import ApiResponse

Sku = Annotated[str, Meta(description="Return only items with this SKU.", max_length=255)] | None
Id = Annotated[int, Meta(ge=1, le=LARGEST_ID)]
InStock = Annotated[bool, Meta(description="Return only items in stock, or only others.")] | None
Sellable = (
    Annotated[
        bool,
        Meta(
            description="Return only items that your channel can sell, or only others, as "
            "`sellable` of each item says. A page checks up to 1,000 items, so it may be short or "
            "empty and still have a `next`."
        ),
    ]
    | None
)
Enabled = Annotated[bool, Meta(description="Return only enabled records, or only others.")] | None


class ProductQuery(FieldsQuery, forbid_unknown_fields=True):
    """Query of one product."""

    include: Include = None


class ProductsQuery(ChangesQuery, forbid_unknown_fields=True):
    """Query of the list of products."""

    sort: ChangeSort | None = None
    include: Include = None
    sku: Sku = None
    is_in_stock: InStock = None
    is_enabled: Enabled = None
    sellable: Sellable = None
    category_id: (
        Annotated[Id, Meta(description="Return only products that are in this category itself.")]
        | None
    ) = None


class VariationQuery(FieldsQuery, forbid_unknown_fields=True):
    """Query of one variation."""

    include: Include = None


class VariationsQuery(PageQuery, forbid_unknown_fields=True):
    """Query of the list of variations."""

    sort: IdSort | None = None
    include: Include = None
    product_id: (
        Annotated[Id, Meta(description="Return only variations of this product.")] | None
    ) = None
    sku: Sku = None
    is_in_stock: InStock = None
    sellable: Sellable = None


class CategoriesQuery(PageQuery, forbid_unknown_fields=True):
    """Query of the list of categories."""

    sort: IdSort | None = None
    parent_id: (
        Annotated[Id, Meta(description="Return only categories directly below this one.")] | None
    ) = None
    is_enabled: Enabled = None


@endpoint(
    "GET",
    "/stores/<key:store_id>/products",
    tag="Catalog",
    scope=KeyScope.READ_CATALOG,
    limit=key_rate_limit,
    query=ProductsQuery,
    responses={200: catalog_schemas.ProductPage},
    names=record_names(PRODUCTS),
    sends=("Link",),
)
def list_products(store: Store, query: ProductsQuery) -> ApiResponse:
    """List products, least recently updated first.

    A product that changes while you page through the list appears again at the end, so you don't
    miss it.
    """
    return list_records(PRODUCTS, store, query)


@endpoint(
    "GET",
    "/stores/<key:store_id>/products/<key:product_id>",
    tag="Catalog",
    scope=KeyScope.READ_CATALOG,
    limit=key_rate_limit,
    query=ProductQuery,
    responses={200: catalog_schemas.Product},
    problems=("gone",),
    names=record_names(PRODUCTS),
)
def get_product(store: Store, product_id: int, query: ProductQuery) -> Row:
    """Retrieve a product."""
    return get_record(PRODUCTS, store, product_id, query)


@endpoint(
    "GET",
    "/stores/<key:store_id>/variations",
    tag="Catalog",
    scope=KeyScope.READ_CATALOG,
    limit=key_rate_limit,
    query=VariationsQuery,
    responses={200: catalog_schemas.VariationPage},
    names=record_names(VARIATIONS),
    sends=("Link",),
)
def list_variations(store: Store, query: VariationsQuery) -> ApiResponse:
    """List the variations of all products or of one product, by ID.

    To follow changes of variations, list the products that changed: a variation changes with its
    product.
    """
    return list_records(VARIATIONS, store, query)


@endpoint(
    "GET",
    "/stores/<key:store_id>/variations/<key:variation_id>",
    tag="Catalog",
    scope=KeyScope.READ_CATALOG,
    limit=key_rate_limit,
    query=VariationQuery,
    responses={200: catalog_schemas.Variation},
    problems=("gone",),
    names=record_names(VARIATIONS),
)
def get_variation(store: Store, variation_id: int, query: VariationQuery) -> Row:
    """Retrieve a variation.

    A variation that its product no longer has is not found.
    """
    return get_record(VARIATIONS, store, variation_id, query)


@endpoint(
    "GET",
    "/stores/<key:store_id>/categories",
    tag="Catalog",
    scope=KeyScope.READ_CATALOG,
    limit=key_rate_limit,
    query=CategoriesQuery,
    responses={200: category_schemas.CategoryPage},
    names=record_names(CATEGORIES),
    sends=("Link",),
)
def list_categories(store: Store, query: CategoriesQuery) -> ApiResponse:
    """List categories by ID."""
    return list_records(CATEGORIES, store, query)


@endpoint(
    "GET",
    "/stores/<key:store_id>/categories/<key:category_id>",
    tag="Catalog",
    scope=KeyScope.READ_CATALOG,
    limit=key_rate_limit,
    query=FieldsQuery,
    responses={200: category_schemas.Category},
    problems=("gone",),
    names=record_names(CATEGORIES),
)
def get_category(store: Store, category_id: int, query: FieldsQuery) -> Row:
    """Retrieve a category."""
    return get_record(CATEGORIES, store, category_id, query)
