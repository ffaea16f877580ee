from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.address_not_allowed_problem import AddressNotAllowedProblem
from ...models.bad_json_problem import BadJsonProblem
from ...models.dry_run import DryRun
from ...models.idempotency_key_invalid_problem import IdempotencyKeyInvalidProblem
from ...models.idempotency_key_reused_problem import IdempotencyKeyReusedProblem
from ...models.internal_problem import InternalProblem
from ...models.invalid_problem import InvalidProblem
from ...models.key_expired_problem import KeyExpiredProblem
from ...models.key_missing_problem import KeyMissingProblem
from ...models.key_suspended_problem import KeySuspendedProblem
from ...models.key_unknown_problem import KeyUnknownProblem
from ...models.not_found_problem import NotFoundProblem
from ...models.not_json_problem import NotJsonProblem
from ...models.order_request import OrderRequest
from ...models.rate_limited_problem import RateLimitedProblem
from ...models.scope_missing_problem import ScopeMissingProblem
from ...models.store_busy_problem import StoreBusyProblem
from ...models.store_disconnected_problem import StoreDisconnectedProblem
from ...models.store_not_working_problem import StoreNotWorkingProblem
from ...models.store_unreachable_problem import StoreUnreachableProblem
from ...models.too_large_problem import TooLargeProblem
from ...models.unavailable_problem import UnavailableProblem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    store_id: int,
    *,
    body: OrderRequest,
    idempotency_key: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/stores/{store_id}/orders/dry-run".format(
            store_id=quote(str(store_id), safe=""),
        ),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> (
    AddressNotAllowedProblem
    | KeySuspendedProblem
    | ScopeMissingProblem
    | StoreDisconnectedProblem
    | BadJsonProblem
    | IdempotencyKeyInvalidProblem
    | DryRun
    | IdempotencyKeyReusedProblem
    | InvalidProblem
    | InternalProblem
    | KeyExpiredProblem
    | KeyMissingProblem
    | KeyUnknownProblem
    | NotFoundProblem
    | NotJsonProblem
    | RateLimitedProblem
    | StoreBusyProblem
    | StoreNotWorkingProblem
    | StoreUnreachableProblem
    | TooLargeProblem
    | UnavailableProblem
    | None
):
    if response.status_code == 200:
        response_200 = DryRun.from_dict(response.json())

        return response_200

    if response.status_code == 400:

        def _parse_response_400(data: object) -> BadJsonProblem | IdempotencyKeyInvalidProblem:
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                response_400_type_0 = BadJsonProblem.from_dict(data)

                return response_400_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if not isinstance(data, dict):
                raise TypeError()
            response_400_type_1 = IdempotencyKeyInvalidProblem.from_dict(data)

            return response_400_type_1

        response_400 = _parse_response_400(response.json())

        return response_400

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
        response_409 = StoreNotWorkingProblem.from_dict(response.json())

        return response_409

    if response.status_code == 413:
        response_413 = TooLargeProblem.from_dict(response.json())

        return response_413

    if response.status_code == 415:
        response_415 = NotJsonProblem.from_dict(response.json())

        return response_415

    if response.status_code == 422:

        def _parse_response_422(data: object) -> IdempotencyKeyReusedProblem | InvalidProblem:
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                response_422_type_0 = InvalidProblem.from_dict(data)

                return response_422_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if not isinstance(data, dict):
                raise TypeError()
            response_422_type_1 = IdempotencyKeyReusedProblem.from_dict(data)

            return response_422_type_1

        response_422 = _parse_response_422(response.json())

        return response_422

    if response.status_code == 429:

        def _parse_response_429(data: object) -> RateLimitedProblem | StoreBusyProblem:
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                response_429_type_0 = RateLimitedProblem.from_dict(data)

                return response_429_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if not isinstance(data, dict):
                raise TypeError()
            response_429_type_1 = StoreBusyProblem.from_dict(data)

            return response_429_type_1

        response_429 = _parse_response_429(response.json())

        return response_429

    if response.status_code == 500:
        response_500 = InternalProblem.from_dict(response.json())

        return response_500

    if response.status_code == 502:
        response_502 = StoreUnreachableProblem.from_dict(response.json())

        return response_502

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
    | BadJsonProblem
    | IdempotencyKeyInvalidProblem
    | DryRun
    | IdempotencyKeyReusedProblem
    | InvalidProblem
    | InternalProblem
    | KeyExpiredProblem
    | KeyMissingProblem
    | KeyUnknownProblem
    | NotFoundProblem
    | NotJsonProblem
    | RateLimitedProblem
    | StoreBusyProblem
    | StoreNotWorkingProblem
    | StoreUnreachableProblem
    | TooLargeProblem
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
    *,
    client: AuthenticatedClient | Client,
    body: OrderRequest,
    idempotency_key: str | Unset = UNSET,
) -> Response[
    AddressNotAllowedProblem
    | KeySuspendedProblem
    | ScopeMissingProblem
    | StoreDisconnectedProblem
    | BadJsonProblem
    | IdempotencyKeyInvalidProblem
    | DryRun
    | IdempotencyKeyReusedProblem
    | InvalidProblem
    | InternalProblem
    | KeyExpiredProblem
    | KeyMissingProblem
    | KeyUnknownProblem
    | NotFoundProblem
    | NotJsonProblem
    | RateLimitedProblem
    | StoreBusyProblem
    | StoreNotWorkingProblem
    | StoreUnreachableProblem
    | TooLargeProblem
    | UnavailableProblem
]:
    """Check an order as if it were submitted, and return what would be sent to the store

     Nothing is stored, reserved or sent, and the idempotency key stays unused. Costs as much of the
    store's quota as a quote. If this order was submitted with the key already, the response has the
    header `Idempotency-Replayed: true`: submitting it again would return that submission. Requires the
    scope `write_orders`.

    Args:
        store_id (int):
        idempotency_key (str | Unset):
        body (OrderRequest): Order to quote or to submit.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AddressNotAllowedProblem | KeySuspendedProblem | ScopeMissingProblem | StoreDisconnectedProblem | BadJsonProblem | IdempotencyKeyInvalidProblem | DryRun | IdempotencyKeyReusedProblem | InvalidProblem | InternalProblem | KeyExpiredProblem | KeyMissingProblem | KeyUnknownProblem | NotFoundProblem | NotJsonProblem | RateLimitedProblem | StoreBusyProblem | StoreNotWorkingProblem | StoreUnreachableProblem | TooLargeProblem | UnavailableProblem]
    """

    kwargs = _get_kwargs(
        store_id=store_id,
        body=body,
        idempotency_key=idempotency_key,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    store_id: int,
    *,
    client: AuthenticatedClient | Client,
    body: OrderRequest,
    idempotency_key: str | Unset = UNSET,
) -> (
    AddressNotAllowedProblem
    | KeySuspendedProblem
    | ScopeMissingProblem
    | StoreDisconnectedProblem
    | BadJsonProblem
    | IdempotencyKeyInvalidProblem
    | DryRun
    | IdempotencyKeyReusedProblem
    | InvalidProblem
    | InternalProblem
    | KeyExpiredProblem
    | KeyMissingProblem
    | KeyUnknownProblem
    | NotFoundProblem
    | NotJsonProblem
    | RateLimitedProblem
    | StoreBusyProblem
    | StoreNotWorkingProblem
    | StoreUnreachableProblem
    | TooLargeProblem
    | UnavailableProblem
    | None
):
    """Check an order as if it were submitted, and return what would be sent to the store

     Nothing is stored, reserved or sent, and the idempotency key stays unused. Costs as much of the
    store's quota as a quote. If this order was submitted with the key already, the response has the
    header `Idempotency-Replayed: true`: submitting it again would return that submission. Requires the
    scope `write_orders`.

    Args:
        store_id (int):
        idempotency_key (str | Unset):
        body (OrderRequest): Order to quote or to submit.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AddressNotAllowedProblem | KeySuspendedProblem | ScopeMissingProblem | StoreDisconnectedProblem | BadJsonProblem | IdempotencyKeyInvalidProblem | DryRun | IdempotencyKeyReusedProblem | InvalidProblem | InternalProblem | KeyExpiredProblem | KeyMissingProblem | KeyUnknownProblem | NotFoundProblem | NotJsonProblem | RateLimitedProblem | StoreBusyProblem | StoreNotWorkingProblem | StoreUnreachableProblem | TooLargeProblem | UnavailableProblem
    """

    return sync_detailed(
        store_id=store_id,
        client=client,
        body=body,
        idempotency_key=idempotency_key,
    ).parsed


async def asyncio_detailed(
    store_id: int,
    *,
    client: AuthenticatedClient | Client,
    body: OrderRequest,
    idempotency_key: str | Unset = UNSET,
) -> Response[
    AddressNotAllowedProblem
    | KeySuspendedProblem
    | ScopeMissingProblem
    | StoreDisconnectedProblem
    | BadJsonProblem
    | IdempotencyKeyInvalidProblem
    | DryRun
    | IdempotencyKeyReusedProblem
    | InvalidProblem
    | InternalProblem
    | KeyExpiredProblem
    | KeyMissingProblem
    | KeyUnknownProblem
    | NotFoundProblem
    | NotJsonProblem
    | RateLimitedProblem
    | StoreBusyProblem
    | StoreNotWorkingProblem
    | StoreUnreachableProblem
    | TooLargeProblem
    | UnavailableProblem
]:
    """Check an order as if it were submitted, and return what would be sent to the store

     Nothing is stored, reserved or sent, and the idempotency key stays unused. Costs as much of the
    store's quota as a quote. If this order was submitted with the key already, the response has the
    header `Idempotency-Replayed: true`: submitting it again would return that submission. Requires the
    scope `write_orders`.

    Args:
        store_id (int):
        idempotency_key (str | Unset):
        body (OrderRequest): Order to quote or to submit.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AddressNotAllowedProblem | KeySuspendedProblem | ScopeMissingProblem | StoreDisconnectedProblem | BadJsonProblem | IdempotencyKeyInvalidProblem | DryRun | IdempotencyKeyReusedProblem | InvalidProblem | InternalProblem | KeyExpiredProblem | KeyMissingProblem | KeyUnknownProblem | NotFoundProblem | NotJsonProblem | RateLimitedProblem | StoreBusyProblem | StoreNotWorkingProblem | StoreUnreachableProblem | TooLargeProblem | UnavailableProblem]
    """

    kwargs = _get_kwargs(
        store_id=store_id,
        body=body,
        idempotency_key=idempotency_key,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    store_id: int,
    *,
    client: AuthenticatedClient | Client,
    body: OrderRequest,
    idempotency_key: str | Unset = UNSET,
) -> (
    AddressNotAllowedProblem
    | KeySuspendedProblem
    | ScopeMissingProblem
    | StoreDisconnectedProblem
    | BadJsonProblem
    | IdempotencyKeyInvalidProblem
    | DryRun
    | IdempotencyKeyReusedProblem
    | InvalidProblem
    | InternalProblem
    | KeyExpiredProblem
    | KeyMissingProblem
    | KeyUnknownProblem
    | NotFoundProblem
    | NotJsonProblem
    | RateLimitedProblem
    | StoreBusyProblem
    | StoreNotWorkingProblem
    | StoreUnreachableProblem
    | TooLargeProblem
    | UnavailableProblem
    | None
):
    """Check an order as if it were submitted, and return what would be sent to the store

     Nothing is stored, reserved or sent, and the idempotency key stays unused. Costs as much of the
    store's quota as a quote. If this order was submitted with the key already, the response has the
    header `Idempotency-Replayed: true`: submitting it again would return that submission. Requires the
    scope `write_orders`.

    Args:
        store_id (int):
        idempotency_key (str | Unset):
        body (OrderRequest): Order to quote or to submit.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AddressNotAllowedProblem | KeySuspendedProblem | ScopeMissingProblem | StoreDisconnectedProblem | BadJsonProblem | IdempotencyKeyInvalidProblem | DryRun | IdempotencyKeyReusedProblem | InvalidProblem | InternalProblem | KeyExpiredProblem | KeyMissingProblem | KeyUnknownProblem | NotFoundProblem | NotJsonProblem | RateLimitedProblem | StoreBusyProblem | StoreNotWorkingProblem | StoreUnreachableProblem | TooLargeProblem | UnavailableProblem
    """

    return (
        await asyncio_detailed(
            store_id=store_id,
            client=client,
            body=body,
            idempotency_key=idempotency_key,
        )
    ).parsed
