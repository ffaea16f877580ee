"""Sample customers. Their e-mail addresses use a domain that can't receive mail."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

from portal.sandbox.resources.customers import IDS_PER_CUSTOMER
from portal.sandbox.sample_data.catalog import YEAR_S
from portal.sandbox.sample_data.sale_details import add_customer_details

FIRST_NAMES = (
    "Ada", "Amir", "Anouk", "Bea", "Carlo", "Chiara", "Dario", "Elif", "Emma", "Finn", "Greta",
    "Hanna", "Ilya", "Inga", "Jonas", "Juno", "Karim", "Lena", "Louis", "Maja", "Milo", "Nadia",
    "Noor", "Olga", "Oskar", "Pia", "Ravi", "Rosa", "Sofia", "Tarek", "Tilda", "Vera", "Wim", "Zoe",
)  # fmt: skip
LAST_NAMES = (
    "Adler", "Bakker", "Bianchi", "Costa", "Dubois", "Eriksen", "Ferrari", "Fischer", "García",
    "Haas", "Ivanova", "Jansen", "Kaya", "Keller", "Laurent", "López", "Meyer", "Moreau", "Novak",
    "Öztürk", "Petit", "Rossi", "Santos", "Schulz", "Silva", "Svensson", "Wagner", "Weber", "Zając",
)  # fmt: skip
PLACES = (
    ("Berlin", "10115", "DE"),
    ("Hamburg", "20095", "DE"),
    ("Wien", "1010", "AT"),
    ("Zürich", "8001", "CH"),
    ("Paris", "75003", "FR"),
    ("Lyon", "69001", "FR"),
    ("Amsterdam", "1012", "NL"),
    ("Gent", "9000", "BE"),
    ("Milano", "20121", "IT"),
    ("Porto", "4000", "PT"),
    ("Kraków", "30-001", "PL"),
    ("København", "1050", "DK"),
)
STREETS = ("Linden", "Station", "Mill", "Harbour", "Garden", "Church", "Market", "Bridge")


def make_customers(
    count: int, *, seed: int, first_id: int, now: int
) -> Iterator[tuple[int, int, dict[str, Any]]]:
    """Yield id, registration time in Unix seconds and fields of each customer, oldest first.

    Every second id stays free for the customer's contact.
    """
    rng = Random(f"customers {seed}")  # noqa: S311 - not a secret
    details = Random(f"customer details {seed}")  # noqa: S311 - not a secret
    for n in range(count):
        # Spread evenly over three years, so that registration times increase with the ids.
        age_s = 3 * YEAR_S * (count - n) // (count + 1) + rng.randrange(3600)
        person = make_person(rng)
        handle = f"{person['firstName']}.{person['lastName']}".lower()
        fields = {
            "name": person["name"],
            "email": f"{handle.encode('ascii', 'ignore').decode()}.{n}@shopper.example",
            "billingPerson": person,
            "acceptMarketing": rng.random() < 0.4,  # noqa: PLR2004 - share of customers
        }
        customer_id = first_id + IDS_PER_CUSTOMER * n
        add_customer_details(details, fields, customer_id)
        yield customer_id, now - age_s, fields


def make_person(rng: Random) -> dict[str, Any]:
    """Return a random name and address in the format of an order."""
    first, last = rng.choice(FIRST_NAMES), rng.choice(LAST_NAMES)
    city, postal_code, country = rng.choice(PLACES)
    return {
        "name": f"{first} {last}",
        "firstName": first,
        "lastName": last,
        "street": f"{rng.choice(STREETS)} street {rng.randrange(1, 200)}",
        "city": city,
        "countryCode": country,
        "postalCode": postal_code,
        "phone": f"+49 30 555 {rng.randrange(1000, 9999)}",
    }
