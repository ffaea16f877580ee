"""Discount coupons of a store."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from portal.models import Store
from portal.rules.api_keys.key_scopes import KeyScope
from portal.services.records.read_records import Row
from portal.services.records.record_views import COUPONS
from portal.web.api import coupon_schemas
from portal.web.api.authentication import key_rate_limit
from portal.web.api.endpoints import endpoint
from portal.web.api.list_parameters import ChangeSort, ChangesQuery, FieldsQuery, record_names
from portal.web.api.pagination import get_record, list_records
from portal.web.api.responses import ApiResponse


class CouponsQuery(ChangesQuery, forbid_unknown_fields=True):
    """Query of the list of coupons."""

    sort: ChangeSort | None = None
    code: (
        Annotated[
            str,
            Meta(description="Return only coupons with this code, in any case.", max_length=255),
        ]
        | None
    ) = None
    status: (
        Annotated[
            Literal["ACTIVE", "PAUSED", "EXPIRED", "USEDUP"],
            Meta(description="Return only coupons with this status."),
        ]
        | None
    ) = None


@endpoint(
    "GET",
    "/stores/<key:store_id>/coupons/<key:coupon_id>",
    tag="Catalog",
    scope=KeyScope.READ_CATALOG,
    limit=key_rate_limit,
    query=FieldsQuery,
    responses={200: coupon_schemas.Coupon},
    problems=("gone",),
    names=record_names(COUPONS),
)
def get_coupon(store: Store, coupon_id: int, query: FieldsQuery) -> Row:
    """Retrieve a coupon."""
    return get_record(COUPONS, store, coupon_id, query)


@endpoint(
    "GET",
    "/stores/<key:store_id>/coupons",
    tag="Catalog",
    scope=KeyScope.READ_CATALOG,
    limit=key_rate_limit,
    query=CouponsQuery,
    responses={200: coupon_schemas.CouponPage},
    names=record_names(COUPONS),
    sends=("Link",),
)
def list_coupons(store: Store, query: CouponsQuery) -> ApiResponse:
    """List discount coupons, least recently updated first."""
    return list_records(COUPONS, store, query)
