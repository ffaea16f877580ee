from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.address_not_allowed_problem import AddressNotAllowedProblem
from ...models.connect_link import ConnectLink
from ...models.internal_problem import InternalProblem
from ...models.invalid_problem import InvalidProblem
from ...models.key_expired_problem import KeyExpiredProblem
from ...models.key_missing_problem import KeyMissingProblem
from ...models.key_suspended_problem import KeySuspendedProblem
from ...models.key_unknown_problem import KeyUnknownProblem
from ...models.not_found_problem import NotFoundProblem
from ...models.rate_limited_problem import RateLimitedProblem
from ...models.scope_missing_problem import ScopeMissingProblem
from ...models.unavailable_problem import UnavailableProblem
from ...types import Response


def _get_kwargs(
    link_id: int,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/connect-links/{link_id}".format(
            link_id=quote(str(link_id), safe=""),
        ),
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> (
    AddressNotAllowedProblem
    | KeySuspendedProblem
    | ScopeMissingProblem
    | Any
    | ConnectLink
    | InternalProblem
    | InvalidProblem
    | KeyExpiredProblem
    | KeyMissingProblem
    | KeyUnknownProblem
    | NotFoundProblem
    | RateLimitedProblem
    | UnavailableProblem
    | None
):
    if response.status_code == 200:
        response_200 = ConnectLink.from_dict(response.json())

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
    | Any
    | ConnectLink
    | InternalProblem
    | InvalidProblem
    | KeyExpiredProblem
    | KeyMissingProblem
    | KeyUnknownProblem
    | NotFoundProblem
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
    link_id: int,
    *,
    client: AuthenticatedClient | Client,
) -> Response[
    AddressNotAllowedProblem
    | KeySuspendedProblem
    | ScopeMissingProblem
    | Any
    | ConnectLink
    | InternalProblem
    | InvalidProblem
    | KeyExpiredProblem
    | KeyMissingProblem
    | KeyUnknownProblem
    | NotFoundProblem
    | RateLimitedProblem
    | UnavailableProblem
]:
    """Retrieve a connect link and its status

     Retrieve a connect link and its status. Requires the scope `manage_links`.

    Args:
        link_id (int):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AddressNotAllowedProblem | KeySuspendedProblem | ScopeMissingProblem | Any | ConnectLink | InternalProblem | InvalidProblem | KeyExpiredProblem | KeyMissingProblem | KeyUnknownProblem | NotFoundProblem | RateLimitedProblem | UnavailableProblem]
    """

    kwargs = _get_kwargs(
        link_id=link_id,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    link_id: int,
    *,
    client: AuthenticatedClient | Client,
) -> (
    AddressNotAllowedProblem
    | KeySuspendedProblem
    | ScopeMissingProblem
    | Any
    | ConnectLink
    | InternalProblem
    | InvalidProblem
    | KeyExpiredProblem
    | KeyMissingProblem
    | KeyUnknownProblem
    | NotFoundProblem
    | RateLimitedProblem
    | UnavailableProblem
    | None
):
    """Retrieve a connect link and its status

     Retrieve a connect link and its status. Requires the scope `manage_links`.

    Args:
        link_id (int):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AddressNotAllowedProblem | KeySuspendedProblem | ScopeMissingProblem | Any | ConnectLink | InternalProblem | InvalidProblem | KeyExpiredProblem | KeyMissingProblem | KeyUnknownProblem | NotFoundProblem | RateLimitedProblem | UnavailableProblem
    """

    return sync_detailed(
        link_id=link_id,
        client=client,
    ).parsed


async def asyncio_detailed(
    link_id: int,
    *,
    client: AuthenticatedClient | Client,
) -> Response[
    AddressNotAllowedProblem
    | KeySuspendedProblem
    | ScopeMissingProblem
    | Any
    | ConnectLink
    | InternalProblem
    | InvalidProblem
    | KeyExpiredProblem
    | KeyMissingProblem
    | KeyUnknownProblem
    | NotFoundProblem
    | RateLimitedProblem
    | UnavailableProblem
]:
    """Retrieve a connect link and its status

     Retrieve a connect link and its status. Requires the scope `manage_links`.

    Args:
        link_id (int):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AddressNotAllowedProblem | KeySuspendedProblem | ScopeMissingProblem | Any | ConnectLink | InternalProblem | InvalidProblem | KeyExpiredProblem | KeyMissingProblem | KeyUnknownProblem | NotFoundProblem | RateLimitedProblem | UnavailableProblem]
    """

    kwargs = _get_kwargs(
        link_id=link_id,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    link_id: int,
    *,
    client: AuthenticatedClient | Client,
) -> (
    AddressNotAllowedProblem
    | KeySuspendedProblem
    | ScopeMissingProblem
    | Any
    | ConnectLink
    | InternalProblem
    | InvalidProblem
    | KeyExpiredProblem
    | KeyMissingProblem
    | KeyUnknownProblem
    | NotFoundProblem
    | RateLimitedProblem
    | UnavailableProblem
    | None
):
    """Retrieve a connect link and its status

     Retrieve a connect link and its status. Requires the scope `manage_links`.

    Args:
        link_id (int):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AddressNotAllowedProblem | KeySuspendedProblem | ScopeMissingProblem | Any | ConnectLink | InternalProblem | InvalidProblem | KeyExpiredProblem | KeyMissingProblem | KeyUnknownProblem | NotFoundProblem | RateLimitedProblem | UnavailableProblem
    """

    return (
        await asyncio_detailed(
            link_id=link_id,
            client=client,
        )
    ).parsed
