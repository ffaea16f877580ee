"""Endpoints of a store's domains."""

from __future__ import annotations

import re
import time
from typing import Any
from urllib.parse import urlsplit

from flask import request

from portal.sandbox.dates import format_date
from portal.sandbox.parts import Parts
from portal.sandbox.resource_specs import Body
from portal.sandbox.rest.endpoints import Endpoint, body
from portal.sandbox.validation import ConflictError, WrongParameterError

FAMILY = "domain"
ENDINGS = ("com", "shop", "info")
PRICE = 15.0
YEAR_S = 365 * 24 * 3600
DOMAIN = re.compile(r"[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+")
OWNER_FIELDS = (
    "firstName",
    "lastName",
    "email",
    "street",
    "city",
    "countryCode",
    "postalCode",
    "stateOrProvinceCode",
    "phone",
    "companyName",
)


def add_endpoints(endpoint: Endpoint, parts: Parts) -> None:
    """Register the endpoints."""
    entities = parts.entities

    # Source (documented): REST docs, "Search store domains": both scopes, and the fields.
    @endpoint("/domains", "read_store_profile buy_domains")
    def domains(store: Any) -> Any:
        host = urlsplit(store["url"]).hostname or ""
        name = host.partition(".")[0]
        return {
            "instantSiteDomain": {
                "primaryInstantSiteDomain": name,
                "primaryInstantSiteDomainStatus": "connected",
                "ecwidSubdomain": name,
                "instantSiteIpAddress": "127.0.0.1",
                "instantSiteUrl": store["url"],
            },
            "purchasedDomains": entities.all(store["id"], FAMILY),
        }

    # Source (documented): REST docs, "Search domains to buy": keyword is required.
    # Source (assumed): Every domain that the store hasn't bought is available, at one price.
    @endpoint("/domains/search", "buy_domains")
    def domains_to_buy(store: Any) -> Any:
        keyword = re.sub(r"[^a-z0-9-]", "", request.args.get("keyword", "").lower())[:60]
        if not keyword:
            raise WrongParameterError("Wrong parameter 'keyword' value: a name is required")
        names = [f"{keyword}.{ending}" for ending in ENDINGS]
        return {"keyword": keyword, "domains": [_offer(parts, store, name) for name in names]}

    # Source (documented): REST docs, "Buy domains".
    # Source (assumed): A purchased domain is registered for a year and renewed automatically.
    @endpoint("/domains/purchase", "buy_domains", "POST")
    def buy_domain(store: Any) -> Any:
        given = body()
        name = given.get("domainName")
        if not isinstance(name, str) or not DOMAIN.fullmatch(name):
            raise WrongParameterError("Field domainName has a wrong value")
        with parts.state.transaction():
            if entities.find(store["id"], FAMILY, name) is not None:
                raise ConflictError("", f"The store has the domain {name} already")
            return entities.add(store["id"], FAMILY, _purchase(name, given), name)


def _offer(parts: Parts, store: Any, name: str) -> Body:
    is_taken = parts.entities.find(store["id"], FAMILY, name) is not None
    return {
        "name": name,
        "status": "taken" if is_taken else "available",
        "price": PRICE,
        "currency": "USD",
        "priceFormatted": f"${PRICE:.2f}",
    }


def _purchase(name: str, given: Body) -> Body:
    now = time.time()
    return {
        "name": name,
        "status": "active",
        "connectedToInstantSite": False,
        "primaryDomain": False,
        "redirectToPrimaryDomain": False,
        "purchaseDate": format_date(now),
        "expirationDate": format_date(now + YEAR_S),
        "renewalDate": format_date(now + YEAR_S),
        "autorenew": True,
        "domainOwnerInfo": {field: given[field] for field in OWNER_FIELDS if field in given},
    }
