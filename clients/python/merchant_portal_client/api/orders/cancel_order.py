from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.address_not_allowed_problem import AddressNotAllowedProblem
from ...models.conflict_problem import ConflictProblem
from ...models.internal_problem import InternalProblem
from ...models.invalid_problem import InvalidProblem
from ...models.key_expired_problem import KeyExpiredProblem
from ...models.key_missing_problem import KeyMissingProblem
from ...models.key_suspended_problem import KeySuspendedProblem
from ...models.key_unknown_problem import KeyUnknownProblem
from ...models.not_found_problem import NotFoundProblem
from ...models.order_update import OrderUpdate
from ...models.rate_limited_problem import RateLimitedProblem
from ...models.scope_missing_problem import ScopeMissingProblem
from ...models.store_disconnected_problem import StoreDisconnectedProblem
from ...models.store_not_working_problem import StoreNotWorkingProblem
from ...models.unavailable_problem import UnavailableProblem
from ...models.update_conflict_problem import UpdateConflictProblem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    store_id: int,
    order_id: int,
    *,
    prefer: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(prefer, Unset):
        headers["Prefer"] = prefer

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/stores/{store_id}/orders/{order_id}/cancel".format(
            store_id=quote(str(store_id), safe=""),
            order_id=quote(str(order_id), safe=""),
        ),
    }

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> (
    AddressNotAllowedProblem
    | KeySuspendedProblem
    | ScopeMissingProblem
    | StoreDisconnectedProblem
    | ConflictProblem
    | StoreNotWorkingProblem
    | UpdateConflictProblem
    | InternalProblem
    | InvalidProblem
    | KeyExpiredProblem
    | KeyMissingProblem
    | KeyUnknownProblem
    | NotFoundProblem
    | OrderUpdate
    | RateLimitedProblem
    | UnavailableProblem
    | None
):
    if response.status_code == 200:
        response_200 = OrderUpdate.from_dict(response.json())

        return response_200

    if response.status_code == 202:
        response_202 = OrderUpdate.from_dict(response.json())

        return response_202

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
        ) -> (
            AddressNotAllowedProblem
            | KeySuspendedProblem
            | ScopeMissingProblem
            | StoreDisconnectedProblem
        ):
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
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                response_403_type_2 = ScopeMissingProblem.from_dict(data)

                return response_403_type_2
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if not isinstance(data, dict):
                raise TypeError()
            response_403_type_3 = StoreDisconnectedProblem.from_dict(data)

            return response_403_type_3

        response_403 = _parse_response_403(response.json())

        return response_403

    if response.status_code == 404:
        response_404 = NotFoundProblem.from_dict(response.json())

        return response_404

    if response.status_code == 409:

        def _parse_response_409(
            data: object,
        ) -> ConflictProblem | StoreNotWorkingProblem | UpdateConflictProblem:
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                response_409_type_0 = ConflictProblem.from_dict(data)

                return response_409_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                response_409_type_1 = StoreNotWorkingProblem.from_dict(data)

                return response_409_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if not isinstance(data, dict):
                raise TypeError()
            response_409_type_2 = UpdateConflictProblem.from_dict(data)

            return response_409_type_2

        response_409 = _parse_response_409(response.json())

        return response_409

    if response.status_code == 422:
        response_422 = InvalidProblem.from_dict(response.json())

        return response_422

    if response.status_code == 429:
        response_429 = RateLimitedProblem.from_dict(response.json())

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
    | StoreDisconnectedProblem
    | ConflictProblem
    | StoreNotWorkingProblem
    | UpdateConflictProblem
    | InternalProblem
    | InvalidProblem
    | KeyExpiredProblem
    | KeyMissingProblem
    | KeyUnknownProblem
    | NotFoundProblem
    | OrderUpdate
    | RateLimitedProblem
    | UnavailableProblem
]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    store_id: int,
    order_id: int,
    *,
    client: AuthenticatedClient | Client,
    prefer: str | Unset = UNSET,
) -> Response[
    AddressNotAllowedProblem
    | KeySuspendedProblem
    | ScopeMissingProblem
    | StoreDisconnectedProblem
    | ConflictProblem
    | StoreNotWorkingProblem
    | UpdateConflictProblem
    | InternalProblem
    | InvalidProblem
    | KeyExpiredProblem
    | KeyMissingProblem
    | KeyUnknownProblem
    | NotFoundProblem
    | OrderUpdate
    | RateLimitedProblem
    | UnavailableProblem
]:
    """Cancel an order that is not on its way

     Sets the payment status to `CANCELLED`, which puts the items back into stock, and the fulfillment
    status to `WILL_NOT_DELIVER`. Returns 409 `conflict` if the order is shipped, and 409
    `update_conflict` if the store changes it at the same moment. A payment isn't paid back by this. To
    repeat the call is harmless. Requires the scope `write_orders`.

    Args:
        store_id (int):
        order_id (int):
        prefer (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AddressNotAllowedProblem | KeySuspendedProblem | ScopeMissingProblem | StoreDisconnectedProblem | ConflictProblem | StoreNotWorkingProblem | UpdateConflictProblem | InternalProblem | InvalidProblem | KeyExpiredProblem | KeyMissingProblem | KeyUnknownProblem | NotFoundProblem | OrderUpdate | RateLimitedProblem | UnavailableProblem]
    """

    kwargs = _get_kwargs(
        store_id=store_id,
        order_id=order_id,
        prefer=prefer,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    store_id: int,
    order_id: int,
    *,
    client: AuthenticatedClient | Client,
    prefer: str | Unset = UNSET,
) -> (
    AddressNotAllowedProblem
    | KeySuspendedProblem
    | ScopeMissingProblem
    | StoreDisconnectedProblem
    | ConflictProblem
    | StoreNotWorkingProblem
    | UpdateConflictProblem
    | InternalProblem
    | InvalidProblem
    | KeyExpiredProblem
    | KeyMissingProblem
    | KeyUnknownProblem
    | NotFoundProblem
    | OrderUpdate
    | RateLimitedProblem
    | UnavailableProblem
    | None
):
    """Cancel an order that is not on its way

     Sets the payment status to `CANCELLED`, which puts the items back into stock, and the fulfillment
    status to `WILL_NOT_DELIVER`. Returns 409 `conflict` if the order is shipped, and 409
    `update_conflict` if the store changes it at the same moment. A payment isn't paid back by this. To
    repeat the call is harmless. Requires the scope `write_orders`.

    Args:
        store_id (int):
        order_id (int):
        prefer (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AddressNotAllowedProblem | KeySuspendedProblem | ScopeMissingProblem | StoreDisconnectedProblem | ConflictProblem | StoreNotWorkingProblem | UpdateConflictProblem | InternalProblem | InvalidProblem | KeyExpiredProblem | KeyMissingProblem | KeyUnknownProblem | NotFoundProblem | OrderUpdate | RateLimitedProblem | UnavailableProblem
    """

    return sync_detailed(
        store_id=store_id,
        order_id=order_id,
        client=client,
        prefer=prefer,
    ).parsed


async def asyncio_detailed(
    store_id: int,
    order_id: int,
    *,
    client: AuthenticatedClient | Client,
    prefer: str | Unset = UNSET,
) -> Response[
    AddressNotAllowedProblem
    | KeySuspendedProblem
    | ScopeMissingProblem
    | StoreDisconnectedProblem
    | ConflictProblem
    | StoreNotWorkingProblem
    | UpdateConflictProblem
    | InternalProblem
    | InvalidProblem
    | KeyExpiredProblem
    | KeyMissingProblem
    | KeyUnknownProblem
    | NotFoundProblem
    | OrderUpdate
    | RateLimitedProblem
    | UnavailableProblem
]:
    """Cancel an order that is not on its way

     Sets the payment status to `CANCELLED`, which puts the items back into stock, and the fulfillment
    status to `WILL_NOT_DELIVER`. Returns 409 `conflict` if the order is shipped, and 409
    `update_conflict` if the store changes it at the same moment. A payment isn't paid back by this. To
    repeat the call is harmless. Requires the scope `write_orders`.

    Args:
        store_id (int):
        order_id (int):
        prefer (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AddressNotAllowedProblem | KeySuspendedProblem | ScopeMissingProblem | StoreDisconnectedProblem | ConflictProblem | StoreNotWorkingProblem | UpdateConflictProblem | InternalProblem | InvalidProblem | KeyExpiredProblem | KeyMissingProblem | KeyUnknownProblem | NotFoundProblem | OrderUpdate | RateLimitedProblem | UnavailableProblem]
    """

    kwargs = _get_kwargs(
        store_id=store_id,
        order_id=order_id,
        prefer=prefer,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    store_id: int,
    order_id: int,
    *,
    client: AuthenticatedClient | Client,
    prefer: str | Unset = UNSET,
) -> (
    AddressNotAllowedProblem
    | KeySuspendedProblem
    | ScopeMissingProblem
    | StoreDisconnectedProblem
    | ConflictProblem
    | StoreNotWorkingProblem
    | UpdateConflictProblem
    | InternalProblem
    | InvalidProblem
    | KeyExpiredProblem
    | KeyMissingProblem
    | KeyUnknownProblem
    | NotFoundProblem
    | OrderUpdate
    | RateLimitedProblem
    | UnavailableProblem
    | None
):
    """Cancel an order that is not on its way

     Sets the payment status to `CANCELLED`, which puts the items back into stock, and the fulfillment
    status to `WILL_NOT_DELIVER`. Returns 409 `conflict` if the order is shipped, and 409
    `update_conflict` if the store changes it at the same moment. A payment isn't paid back by this. To
    repeat the call is harmless. Requires the scope `write_orders`.

    Args:
        store_id (int):
        order_id (int):
        prefer (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AddressNotAllowedProblem | KeySuspendedProblem | ScopeMissingProblem | StoreDisconnectedProblem | ConflictProblem | StoreNotWorkingProblem | UpdateConflictProblem | InternalProblem | InvalidProblem | KeyExpiredProblem | KeyMissingProblem | KeyUnknownProblem | NotFoundProblem | OrderUpdate | RateLimitedProblem | UnavailableProblem
    """

    return (
        await asyncio_detailed(
            store_id=store_id,
            order_id=order_id,
            client=client,
            prefer=prefer,
        )
    ).parsed
