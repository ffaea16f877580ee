from http import HTTPStatus
from typing import Any, Literal, cast

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.address_not_allowed_problem import AddressNotAllowedProblem
from ...models.change_page import ChangePage
from ...models.cursor_expired_problem import CursorExpiredProblem
from ...models.internal_problem import InternalProblem
from ...models.invalid_problem import InvalidProblem
from ...models.key_expired_problem import KeyExpiredProblem
from ...models.key_missing_problem import KeyMissingProblem
from ...models.key_suspended_problem import KeySuspendedProblem
from ...models.key_unknown_problem import KeyUnknownProblem
from ...models.list_changes_feed_resource import (
    ListChangesFeedResource,
)
from ...models.not_found_problem import NotFoundProblem
from ...models.rate_limited_problem import RateLimitedProblem
from ...models.scope_missing_problem import ScopeMissingProblem
from ...models.too_many_waiting_problem import TooManyWaitingProblem
from ...models.unavailable_problem import UnavailableProblem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    after: str,
    resource: ListChangesFeedResource | Unset = UNSET,
    store: int | Unset = UNSET,
    limit: int | Unset = 100,
    include: Literal["record"] | Unset = UNSET,
    wait: int | Unset = 0,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["after"] = after

    json_resource: str | Unset = UNSET
    if not isinstance(resource, Unset):
        json_resource = resource

    params["resource"] = json_resource

    params["store"] = store

    params["limit"] = limit

    params["include"] = include

    params["wait"] = wait

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/changes",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> (
    AddressNotAllowedProblem
    | KeySuspendedProblem
    | ScopeMissingProblem
    | Any
    | ChangePage
    | CursorExpiredProblem
    | InternalProblem
    | InvalidProblem
    | KeyExpiredProblem
    | KeyMissingProblem
    | KeyUnknownProblem
    | NotFoundProblem
    | RateLimitedProblem
    | TooManyWaitingProblem
    | UnavailableProblem
    | None
):
    if response.status_code == 200:
        response_200 = ChangePage.from_dict(response.json())

        return response_200

    if response.status_code == 304:
        response_304 = cast(Any, None)
        return response_304

    if response.status_code == 401:

        def _parse_response_401(
            data: object,
        ) -> KeyExpiredProblem | KeyMissingProblem | KeyUnknownProblem:
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                response_401_type_0 = KeyMissingProblem.from_dict(data)

                return response_401_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                response_401_type_1 = KeyUnknownProblem.from_dict(data)

                return response_401_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if not isinstance(data, dict):
                raise TypeError()
            response_401_type_2 = KeyExpiredProblem.from_dict(data)

            return response_401_type_2

        response_401 = _parse_response_401(response.json())

        return response_401

    if response.status_code == 403:

        def _parse_response_403(
            data: object,
        ) -> AddressNotAllowedProblem | KeySuspendedProblem | ScopeMissingProblem:
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                response_403_type_0 = KeySuspendedProblem.from_dict(data)

                return response_403_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                response_403_type_1 = AddressNotAllowedProblem.from_dict(data)

                return response_403_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if not isinstance(data, dict):
                raise TypeError()
            response_403_type_2 = ScopeMissingProblem.from_dict(data)

            return response_403_type_2

        response_403 = _parse_response_403(response.json())

        return response_403

    if response.status_code == 404:
        response_404 = NotFoundProblem.from_dict(response.json())

        return response_404

    if response.status_code == 410:
        response_410 = CursorExpiredProblem.from_dict(response.json())

        return response_410

    if response.status_code == 422:
        response_422 = InvalidProblem.from_dict(response.json())

        return response_422

    if response.status_code == 429:

        def _parse_response_429(data: object) -> RateLimitedProblem | TooManyWaitingProblem:
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                response_429_type_0 = RateLimitedProblem.from_dict(data)

                return response_429_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if not isinstance(data, dict):
                raise TypeError()
            response_429_type_1 = TooManyWaitingProblem.from_dict(data)

            return response_429_type_1

        response_429 = _parse_response_429(response.json())

        return response_429

    if response.status_code == 500:
        response_500 = InternalProblem.from_dict(response.json())

        return response_500

    if response.status_code == 503:
        response_503 = UnavailableProblem.from_dict(response.json())

        return response_503

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[
    AddressNotAllowedProblem
    | KeySuspendedProblem
    | ScopeMissingProblem
    | Any
    | ChangePage
    | CursorExpiredProblem
    | InternalProblem
    | InvalidProblem
    | KeyExpiredProblem
    | KeyMissingProblem
    | KeyUnknownProblem
    | NotFoundProblem
    | RateLimitedProblem
    | TooManyWaitingProblem
    | UnavailableProblem
]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    after: str,
    resource: ListChangesFeedResource | Unset = UNSET,
    store: int | Unset = UNSET,
    limit: int | Unset = 100,
    include: Literal["record"] | Unset = UNSET,
    wait: int | Unset = 0,
) -> Response[
    AddressNotAllowedProblem
    | KeySuspendedProblem
    | ScopeMissingProblem
    | Any
    | ChangePage
    | CursorExpiredProblem
    | InternalProblem
    | InvalidProblem
    | KeyExpiredProblem
    | KeyMissingProblem
    | KeyUnknownProblem
    | NotFoundProblem
    | RateLimitedProblem
    | TooManyWaitingProblem
    | UnavailableProblem
]:
    """List changes of all stores of the key, in the order of their commits

     Each change of a product, variation, category, coupon, order or customer is in the feed once, at a
    place that no later change comes before. Catalog records require the scope `read_catalog`, orders
    and customers the scope `read_orders`. To keep a copy, take the cursor of `after=now`, read the
    lists in full, and then read the changes after the cursor.

    Args:
        after (str):
        resource (ListChangesFeedResource | Unset):
        store (int | Unset):
        limit (int | Unset):  Default: 100.
        include (Literal['record'] | Unset):
        wait (int | Unset):  Default: 0.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AddressNotAllowedProblem | KeySuspendedProblem | ScopeMissingProblem | Any | ChangePage | CursorExpiredProblem | InternalProblem | InvalidProblem | KeyExpiredProblem | KeyMissingProblem | KeyUnknownProblem | NotFoundProblem | RateLimitedProblem | TooManyWaitingProblem | UnavailableProblem]
    """

    kwargs = _get_kwargs(
        after=after,
        resource=resource,
        store=store,
        limit=limit,
        include=include,
        wait=wait,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    after: str,
    resource: ListChangesFeedResource | Unset = UNSET,
    store: int | Unset = UNSET,
    limit: int | Unset = 100,
    include: Literal["record"] | Unset = UNSET,
    wait: int | Unset = 0,
) -> (
    AddressNotAllowedProblem
    | KeySuspendedProblem
    | ScopeMissingProblem
    | Any
    | ChangePage
    | CursorExpiredProblem
    | InternalProblem
    | InvalidProblem
    | KeyExpiredProblem
    | KeyMissingProblem
    | KeyUnknownProblem
    | NotFoundProblem
    | RateLimitedProblem
    | TooManyWaitingProblem
    | UnavailableProblem
    | None
):
    """List changes of all stores of the key, in the order of their commits

     Each change of a product, variation, category, coupon, order or customer is in the feed once, at a
    place that no later change comes before. Catalog records require the scope `read_catalog`, orders
    and customers the scope `read_orders`. To keep a copy, take the cursor of `after=now`, read the
    lists in full, and then read the changes after the cursor.

    Args:
        after (str):
        resource (ListChangesFeedResource | Unset):
        store (int | Unset):
        limit (int | Unset):  Default: 100.
        include (Literal['record'] | Unset):
        wait (int | Unset):  Default: 0.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AddressNotAllowedProblem | KeySuspendedProblem | ScopeMissingProblem | Any | ChangePage | CursorExpiredProblem | InternalProblem | InvalidProblem | KeyExpiredProblem | KeyMissingProblem | KeyUnknownProblem | NotFoundProblem | RateLimitedProblem | TooManyWaitingProblem | UnavailableProblem
    """

    return sync_detailed(
        client=client,
        after=after,
        resource=resource,
        store=store,
        limit=limit,
        include=include,
        wait=wait,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    after: str,
    resource: ListChangesFeedResource | Unset = UNSET,
    store: int | Unset = UNSET,
    limit: int | Unset = 100,
    include: Literal["record"] | Unset = UNSET,
    wait: int | Unset = 0,
) -> Response[
    AddressNotAllowedProblem
    | KeySuspendedProblem
    | ScopeMissingProblem
    | Any
    | ChangePage
    | CursorExpiredProblem
    | InternalProblem
    | InvalidProblem
    | KeyExpiredProblem
    | KeyMissingProblem
    | KeyUnknownProblem
    | NotFoundProblem
    | RateLimitedProblem
    | TooManyWaitingProblem
    | UnavailableProblem
]:
    """List changes of all stores of the key, in the order of their commits

     Each change of a product, variation, category, coupon, order or customer is in the feed once, at a
    place that no later change comes before. Catalog records require the scope `read_catalog`, orders
    and customers the scope `read_orders`. To keep a copy, take the cursor of `after=now`, read the
    lists in full, and then read the changes after the cursor.

    Args:
        after (str):
        resource (ListChangesFeedResource | Unset):
        store (int | Unset):
        limit (int | Unset):  Default: 100.
        include (Literal['record'] | Unset):
        wait (int | Unset):  Default: 0.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AddressNotAllowedProblem | KeySuspendedProblem | ScopeMissingProblem | Any | ChangePage | CursorExpiredProblem | InternalProblem | InvalidProblem | KeyExpiredProblem | KeyMissingProblem | KeyUnknownProblem | NotFoundProblem | RateLimitedProblem | TooManyWaitingProblem | UnavailableProblem]
    """

    kwargs = _get_kwargs(
        after=after,
        resource=resource,
        store=store,
        limit=limit,
        include=include,
        wait=wait,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    after: str,
    resource: ListChangesFeedResource | Unset = UNSET,
    store: int | Unset = UNSET,
    limit: int | Unset = 100,
    include: Literal["record"] | Unset = UNSET,
    wait: int | Unset = 0,
) -> (
    AddressNotAllowedProblem
    | KeySuspendedProblem
    | ScopeMissingProblem
    | Any
    | ChangePage
    | CursorExpiredProblem
    | InternalProblem
    | InvalidProblem
    | KeyExpiredProblem
    | KeyMissingProblem
    | KeyUnknownProblem
    | NotFoundProblem
    | RateLimitedProblem
    | TooManyWaitingProblem
    | UnavailableProblem
    | None
):
    """List changes of all stores of the key, in the order of their commits

     Each change of a product, variation, category, coupon, order or customer is in the feed once, at a
    place that no later change comes before. Catalog records require the scope `read_catalog`, orders
    and customers the scope `read_orders`. To keep a copy, take the cursor of `after=now`, read the
    lists in full, and then read the changes after the cursor.

    Args:
        after (str):
        resource (ListChangesFeedResource | Unset):
        store (int | Unset):
        limit (int | Unset):  Default: 100.
        include (Literal['record'] | Unset):
        wait (int | Unset):  Default: 0.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AddressNotAllowedProblem | KeySuspendedProblem | ScopeMissingProblem | Any | ChangePage | CursorExpiredProblem | InternalProblem | InvalidProblem | KeyExpiredProblem | KeyMissingProblem | KeyUnknownProblem | NotFoundProblem | RateLimitedProblem | TooManyWaitingProblem | UnavailableProblem
    """

    return (
        await asyncio_detailed(
            client=client,
            after=after,
            resource=resource,
            store=store,
            limit=limit,
            include=include,
            wait=wait,
        )
    ).parsed
