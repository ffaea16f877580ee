from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.address_not_allowed_problem import AddressNotAllowedProblem
from ...models.bad_json_problem import BadJsonProblem
from ...models.export import Export
from ...models.internal_problem import InternalProblem
from ...models.invalid_problem import InvalidProblem
from ...models.key_expired_problem import KeyExpiredProblem
from ...models.key_missing_problem import KeyMissingProblem
from ...models.key_suspended_problem import KeySuspendedProblem
from ...models.key_unknown_problem import KeyUnknownProblem
from ...models.new_export import NewExport
from ...models.not_found_problem import NotFoundProblem
from ...models.not_json_problem import NotJsonProblem
from ...models.rate_limited_problem import RateLimitedProblem
from ...models.scope_missing_problem import ScopeMissingProblem
from ...models.store_disconnected_problem import StoreDisconnectedProblem
from ...models.too_large_problem import TooLargeProblem
from ...models.too_many_waiting_problem import TooManyWaitingProblem
from ...models.unavailable_problem import UnavailableProblem
from ...types import Response


def _get_kwargs(
    store_id: int,
    *,
    body: NewExport,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/stores/{store_id}/export-files".format(
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
    | Export
    | InternalProblem
    | InvalidProblem
    | KeyExpiredProblem
    | KeyMissingProblem
    | KeyUnknownProblem
    | NotFoundProblem
    | NotJsonProblem
    | RateLimitedProblem
    | TooManyWaitingProblem
    | TooLargeProblem
    | UnavailableProblem
    | None
):
    if response.status_code == 202:
        response_202 = Export.from_dict(response.json())

        return response_202

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
                response_403_type_2 = StoreDisconnectedProblem.from_dict(data)

                return response_403_type_2
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if not isinstance(data, dict):
                raise TypeError()
            response_403_type_3 = ScopeMissingProblem.from_dict(data)

            return response_403_type_3

        response_403 = _parse_response_403(response.json())

        return response_403

    if response.status_code == 404:
        response_404 = NotFoundProblem.from_dict(response.json())

        return response_404

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
    | StoreDisconnectedProblem
    | BadJsonProblem
    | Export
    | InternalProblem
    | InvalidProblem
    | KeyExpiredProblem
    | KeyMissingProblem
    | KeyUnknownProblem
    | NotFoundProblem
    | NotJsonProblem
    | RateLimitedProblem
    | TooManyWaitingProblem
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
    body: NewExport,
) -> Response[
    AddressNotAllowedProblem
    | KeySuspendedProblem
    | ScopeMissingProblem
    | StoreDisconnectedProblem
    | BadJsonProblem
    | Export
    | InternalProblem
    | InvalidProblem
    | KeyExpiredProblem
    | KeyMissingProblem
    | KeyUnknownProblem
    | NotFoundProblem
    | NotJsonProblem
    | RateLimitedProblem
    | TooManyWaitingProblem
    | TooLargeProblem
    | UnavailableProblem
]:
    """Have all records of a resource written into a file

     Returns 202 with a `Location` to poll until the state is `done`, also if the same export is being
    written already. The file has any number of records, and is kept for a day. The scopes are those of
    an immediate export.

    Args:
        store_id (int):
        body (NewExport): Export to write.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AddressNotAllowedProblem | KeySuspendedProblem | ScopeMissingProblem | StoreDisconnectedProblem | BadJsonProblem | Export | InternalProblem | InvalidProblem | KeyExpiredProblem | KeyMissingProblem | KeyUnknownProblem | NotFoundProblem | NotJsonProblem | RateLimitedProblem | TooManyWaitingProblem | TooLargeProblem | UnavailableProblem]
    """

    kwargs = _get_kwargs(
        store_id=store_id,
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    store_id: int,
    *,
    client: AuthenticatedClient | Client,
    body: NewExport,
) -> (
    AddressNotAllowedProblem
    | KeySuspendedProblem
    | ScopeMissingProblem
    | StoreDisconnectedProblem
    | BadJsonProblem
    | Export
    | InternalProblem
    | InvalidProblem
    | KeyExpiredProblem
    | KeyMissingProblem
    | KeyUnknownProblem
    | NotFoundProblem
    | NotJsonProblem
    | RateLimitedProblem
    | TooManyWaitingProblem
    | TooLargeProblem
    | UnavailableProblem
    | None
):
    """Have all records of a resource written into a file

     Returns 202 with a `Location` to poll until the state is `done`, also if the same export is being
    written already. The file has any number of records, and is kept for a day. The scopes are those of
    an immediate export.

    Args:
        store_id (int):
        body (NewExport): Export to write.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AddressNotAllowedProblem | KeySuspendedProblem | ScopeMissingProblem | StoreDisconnectedProblem | BadJsonProblem | Export | InternalProblem | InvalidProblem | KeyExpiredProblem | KeyMissingProblem | KeyUnknownProblem | NotFoundProblem | NotJsonProblem | RateLimitedProblem | TooManyWaitingProblem | TooLargeProblem | UnavailableProblem
    """

    return sync_detailed(
        store_id=store_id,
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    store_id: int,
    *,
    client: AuthenticatedClient | Client,
    body: NewExport,
) -> Response[
    AddressNotAllowedProblem
    | KeySuspendedProblem
    | ScopeMissingProblem
    | StoreDisconnectedProblem
    | BadJsonProblem
    | Export
    | InternalProblem
    | InvalidProblem
    | KeyExpiredProblem
    | KeyMissingProblem
    | KeyUnknownProblem
    | NotFoundProblem
    | NotJsonProblem
    | RateLimitedProblem
    | TooManyWaitingProblem
    | TooLargeProblem
    | UnavailableProblem
]:
    """Have all records of a resource written into a file

     Returns 202 with a `Location` to poll until the state is `done`, also if the same export is being
    written already. The file has any number of records, and is kept for a day. The scopes are those of
    an immediate export.

    Args:
        store_id (int):
        body (NewExport): Export to write.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AddressNotAllowedProblem | KeySuspendedProblem | ScopeMissingProblem | StoreDisconnectedProblem | BadJsonProblem | Export | InternalProblem | InvalidProblem | KeyExpiredProblem | KeyMissingProblem | KeyUnknownProblem | NotFoundProblem | NotJsonProblem | RateLimitedProblem | TooManyWaitingProblem | TooLargeProblem | UnavailableProblem]
    """

    kwargs = _get_kwargs(
        store_id=store_id,
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    store_id: int,
    *,
    client: AuthenticatedClient | Client,
    body: NewExport,
) -> (
    AddressNotAllowedProblem
    | KeySuspendedProblem
    | ScopeMissingProblem
    | StoreDisconnectedProblem
    | BadJsonProblem
    | Export
    | InternalProblem
    | InvalidProblem
    | KeyExpiredProblem
    | KeyMissingProblem
    | KeyUnknownProblem
    | NotFoundProblem
    | NotJsonProblem
    | RateLimitedProblem
    | TooManyWaitingProblem
    | TooLargeProblem
    | UnavailableProblem
    | None
):
    """Have all records of a resource written into a file

     Returns 202 with a `Location` to poll until the state is `done`, also if the same export is being
    written already. The file has any number of records, and is kept for a day. The scopes are those of
    an immediate export.

    Args:
        store_id (int):
        body (NewExport): Export to write.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AddressNotAllowedProblem | KeySuspendedProblem | ScopeMissingProblem | StoreDisconnectedProblem | BadJsonProblem | Export | InternalProblem | InvalidProblem | KeyExpiredProblem | KeyMissingProblem | KeyUnknownProblem | NotFoundProblem | NotJsonProblem | RateLimitedProblem | TooManyWaitingProblem | TooLargeProblem | UnavailableProblem
    """

    return (
        await asyncio_detailed(
            store_id=store_id,
            client=client,
            body=body,
        )
    ).parsed
