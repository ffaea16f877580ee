"""Generate the API's OpenAPI 3.1 document from the declared endpoints and their structs."""

from __future__ import annotations

from functools import cache
from typing import Any

from apispec import APISpec

from portal.web.api.endpoints import registry
from portal.web.api.openapi_headers import HEADERS
from portal.web.api.openapi_operations import build_operation, path_of
from portal.web.api.openapi_schemas import build_schemas
from portal.web.api.webhook_document import webhooks_of
from portal.web.api.webhook_schemas import WEBHOOK_SCHEMAS

VERSION = "1.0"
# In display order, with descriptions.
TAGS = {
    "Channel": "The calling key, the keys and webhook endpoints of its channel, and connect links.",
    "Stores": "Stores that the key has access to, and the health of each.",
    "Changes": "The feed of all changes, for programs that keep a copy.",
    "Catalog": "Products, variations, categories and coupons.",
    "Orders": "Quotes, submissions, orders and their updates.",
    "Customers": "Customers of a store.",
    "Events": "Webhook events that Ecwid sent for a store.",
    "Runs": "Sync runs that read a store's records from Ecwid.",
    "Export": "Files with all records of a resource.",
}

ABOUT = """\
Read data from the stores that merchants have connected, and submit orders to them.

**Authentication.** Send `Authorization: Bearer mp_…` with each call. A key belongs to a channel: to
a channel of the marketplace, or to the own programs of a merchant, who creates keys on the page
“API keys”. It has access to the stores that consent to the channel, and to what both its scopes and
the consent include. A store that the key has no access to returns 404. A test key (`mp_test_…`) of
a channel of the marketplace reaches test stores only, a live key the other stores only.

**Pagination.** Lists return `items` and `next`. Send the value of `next` as `after` to get the next
page, until `next` is null. Later pages are as fast as the first one. A page of a filtered list may
have fewer records than `limit` and still have a `next`.

**Changes.** `GET /changes` is the feed of all changes, deletions included, for programs that keep a
copy. `updated_since` is for people: it returns the records that were updated in the store since
then, but no deletions, and not those that arrive here late. Every GET returns an `ETag`. Send it as
`If-None-Match` to get a 304 without a body if nothing changed.

**Webhooks.** Merchants can register an endpoint of your program to receive events: see `webhooks`.

**Values.** Amounts are strings, exact, in the store's currency, with the decimals of ISO 4217 and
more if needed: EUR `"24.90"`, JPY `"2998"`, KWD `"1.390"`. Times are RFC 3339. Unknown query
parameters and body fields return an error, so that a typo doesn't go unnoticed.

**Versions.** This version is frozen. New endpoints, fields, event types and values marked as
growing may be added, so ignore what you don't know. A deprecated part works for at least a year;
responses to calls that use it have the headers `Deprecation` and `Sunset`.

**Errors** are `application/problem+json` (RFC 9457). Each has a stable `code`, the `request_id` of
the call, and a `type` that links to its explanation. `invalid` has `errors` by field.
"""


@cache
def build_document(address: str, contact: str = "") -> dict[str, Any]:
    """Return the OpenAPI document of the API that is served at ``address``.

    ``contact`` is the operator's URL or email address; without one it is that of the portal.
    """
    portal_url = address.removesuffix("/api/v1")
    spec = APISpec(
        "Merchant portal API",
        VERSION,
        "3.1.0",
        info={
            "description": ABOUT,
            "contact": _contact(contact or portal_url),
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        servers=[{"url": address, "description": "This portal."}],
        security=[{"key": []}],
        tags=[{"name": name, "description": text} for name, text in TAGS.items()],
    )
    spec.components.security_scheme(
        "key", {"type": "http", "scheme": "bearer", "description": "An API key: `mp_…`."}
    )
    _add_components(spec)
    tags = list(TAGS)
    for declared in sorted(registry.endpoints, key=lambda declared: tags.index(declared.tag)):
        operations = {declared.method.lower(): build_operation(declared)}
        spec.path(path_of(declared), operations=operations)
    made: dict[str, Any] = spec.to_dict()
    made["webhooks"] = webhooks_of(portal_url)
    return made


def _contact(contact: str) -> dict[str, str]:
    return {"name": "Operator of the portal", "url" if "://" in contact else "email": contact}


def _add_components(spec: APISpec) -> None:
    responses = [shape for each in registry.endpoints for shape in each.responses.values()]
    bodies = [each.body for each in registry.endpoints]
    codes = {code for each in registry.endpoints for code in each.codes}
    shapes = [*responses, *WEBHOOK_SCHEMAS]
    for name, schema in build_schemas(shapes, bodies, sorted(codes)).items():
        spec.components.schema(name, schema)
    for name, header in HEADERS.items():
        spec.components.header(name, header)
