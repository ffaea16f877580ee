from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.address_not_allowed_problem import AddressNotAllowedProblem
from ...models.bad_json_problem import BadJsonProblem
from ...models.conflict_problem import ConflictProblem
from ...models.internal_problem import InternalProblem
from ...models.invalid_problem import InvalidProblem
from ...models.key_expired_problem import KeyExpiredProblem
from ...models.key_missing_problem import KeyMissingProblem
from ...models.key_suspended_problem import KeySuspendedProblem
from ...models.key_unknown_problem import KeyUnknownProblem
from ...models.new_webhook_endpoint import NewWebhookEndpoint
from ...models.not_json_problem import NotJsonProblem
from ...models.rate_limited_problem import RateLimitedProblem
from ...models.scope_missing_problem import ScopeMissingProblem
from ...models.too_large_problem import TooLargeProblem
from ...models.unavailable_problem import UnavailableProblem
from ...models.webhook_endpoint_secret import WebhookEndpointSecret
from ...types import Response


def _get_kwargs(
    *,
    body: NewWebhookEndpoint,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/webhook-endpoints",
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
    | BadJsonProblem
    | ConflictProblem
    | InternalProblem
    | InvalidProblem
    | KeyExpiredProblem
    | KeyMissingProblem
    | KeyUnknownProblem
    | NotJsonProblem
    | RateLimitedProblem
    | TooLargeProblem
    | UnavailableProblem
    | WebhookEndpointSecret
    | None
):
    if response.status_code == 201:
        response_201 = WebhookEndpointSecret.from_dict(response.json())

        return response_201

    if response.status_code == 400:
        response_400 = BadJsonProblem.from_dict(response.json())

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

    if response.status_code == 409:
        response_409 = ConflictProblem.from_dict(response.json())

        return response_409

    if response.status_code == 413:
        response_413 = TooLargeProblem.from_dict(response.json())

        return response_413

    if response.status_code == 415:
        response_415 = NotJsonProblem.from_dict(response.json())

        return response_415

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
    | BadJsonProblem
    | ConflictProblem
    | InternalProblem
    | InvalidProblem
    | KeyExpiredProblem
    | KeyMissingProblem
    | KeyUnknownProblem
    | NotJsonProblem
    | RateLimitedProblem
    | TooLargeProblem
    | UnavailableProblem
    | WebhookEndpointSecret
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
    body: NewWebhookEndpoint,
) -> Response[
    AddressNotAllowedProblem
    | KeySuspendedProblem
    | ScopeMissingProblem
    | BadJsonProblem
    | ConflictProblem
    | InternalProblem
    | InvalidProblem
    | KeyExpiredProblem
    | KeyMissingProblem
    | KeyUnknownProblem
    | NotJsonProblem
    | RateLimitedProblem
    | TooLargeProblem
    | UnavailableProblem
    | WebhookEndpointSecret
]:
    """Create an endpoint and return its secret, which is never shown again

     Without `store_id` it is for the same stores as the calling key. An endpoint made with a test key
    gets only events of test stores. Requires the scope `manage_keys`.

    Args:
        body (NewWebhookEndpoint): Endpoint to create or to change. It gets only events that the
            calling key may read of.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AddressNotAllowedProblem | KeySuspendedProblem | ScopeMissingProblem | BadJsonProblem | ConflictProblem | InternalProblem | InvalidProblem | KeyExpiredProblem | KeyMissingProblem | KeyUnknownProblem | NotJsonProblem | RateLimitedProblem | TooLargeProblem | UnavailableProblem | WebhookEndpointSecret]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    body: NewWebhookEndpoint,
) -> (
    AddressNotAllowedProblem
    | KeySuspendedProblem
    | ScopeMissingProblem
    | BadJsonProblem
    | ConflictProblem
    | InternalProblem
    | InvalidProblem
    | KeyExpiredProblem
    | KeyMissingProblem
    | KeyUnknownProblem
    | NotJsonProblem
    | RateLimitedProblem
    | TooLargeProblem
    | UnavailableProblem
    | WebhookEndpointSecret
    | None
):
    """Create an endpoint and return its secret, which is never shown again

     Without `store_id` it is for the same stores as the calling key. An endpoint made with a test key
    gets only events of test stores. Requires the scope `manage_keys`.

    Args:
        body (NewWebhookEndpoint): Endpoint to create or to change. It gets only events that the
            calling key may read of.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AddressNotAllowedProblem | KeySuspendedProblem | ScopeMissingProblem | BadJsonProblem | ConflictProblem | InternalProblem | InvalidProblem | KeyExpiredProblem | KeyMissingProblem | KeyUnknownProblem | NotJsonProblem | RateLimitedProblem | TooLargeProblem | UnavailableProblem | WebhookEndpointSecret
    """

    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: NewWebhookEndpoint,
) -> Response[
    AddressNotAllowedProblem
    | KeySuspendedProblem
    | ScopeMissingProblem
    | BadJsonProblem
    | ConflictProblem
    | InternalProblem
    | InvalidProblem
    | KeyExpiredProblem
    | KeyMissingProblem
    | KeyUnknownProblem
    | NotJsonProblem
    | RateLimitedProblem
    | TooLargeProblem
    | UnavailableProblem
    | WebhookEndpointSecret
]:
    """Create an endpoint and return its secret, which is never shown again

     Without `store_id` it is for the same stores as the calling key. An endpoint made with a test key
    gets only events of test stores. Requires the scope `manage_keys`.

    Args:
        body (NewWebhookEndpoint): Endpoint to create or to change. It gets only events that the
            calling key may read of.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AddressNotAllowedProblem | KeySuspendedProblem | ScopeMissingProblem | BadJsonProblem | ConflictProblem | InternalProblem | InvalidProblem | KeyExpiredProblem | KeyMissingProblem | KeyUnknownProblem | NotJsonProblem | RateLimitedProblem | TooLargeProblem | UnavailableProblem | WebhookEndpointSecret]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    body: NewWebhookEndpoint,
) -> (
    AddressNotAllowedProblem
    | KeySuspendedProblem
    | ScopeMissingProblem
    | BadJsonProblem
    | ConflictProblem
    | InternalProblem
    | InvalidProblem
    | KeyExpiredProblem
    | KeyMissingProblem
    | KeyUnknownProblem
    | NotJsonProblem
    | RateLimitedProblem
    | TooLargeProblem
    | UnavailableProblem
    | WebhookEndpointSecret
    | None
):
    """Create an endpoint and return its secret, which is never shown again

     Without `store_id` it is for the same stores as the calling key. An endpoint made with a test key
    gets only events of test stores. Requires the scope `manage_keys`.

    Args:
        body (NewWebhookEndpoint): Endpoint to create or to change. It gets only events that the
            calling key may read of.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AddressNotAllowedProblem | KeySuspendedProblem | ScopeMissingProblem | BadJsonProblem | ConflictProblem | InternalProblem | InvalidProblem | KeyExpiredProblem | KeyMissingProblem | KeyUnknownProblem | NotJsonProblem | RateLimitedProblem | TooLargeProblem | UnavailableProblem | WebhookEndpointSecret
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed
