"""Commands that make, list and withdraw connect links."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import Result
from flask import Flask

from portal.models import Merchant, Onboarding
from portal.rules.connection.connect_failures import ConnectStep
from tests.web.conftest import Visitor, path_of


def run(app: Flask, *arguments: str) -> Result:
    """Run ``flask connect-link …``."""
    return app.test_cli_runner().invoke(args=["connect-link", *arguments])


def json_of(result: Result) -> dict[str, Any]:
    """Return the JSON object after the log lines, which go to stdout in tests only."""
    found: dict[str, Any] = json.loads(result.output[result.output.index("{") :])
    return found


def test_link_is_made_listed_and_withdrawn(app: Flask, visitor: Visitor) -> None:
    options = ("--email", "Bea@Shop.example", "--note", "Welcome!", "--json")
    made = json_of(run(app, "make", " Clay & Co ", *options))
    [listed] = json.loads(run(app, "list", "--json").stdout)
    opened = visitor.get(path_of(made["link"]))

    withdrawn = run(app, "withdraw", str(made["id"]), "77")

    assert (made["for"], made["email"]) == ("Clay & Co", "bea@shop.example")
    assert listed["link"] == made["link"]
    assert opened.status_code == 200
    assert "Welcome!" in opened.text
    assert withdrawn.exit_code == 3
    assert f"link {made['id']}: withdrawn" in withdrawn.stdout
    assert "link 77: there is no unfinished onboarding with this ID" in withdrawn.stderr
    assert visitor.get(path_of(made["link"])).status_code == 410
    assert run(app, "list").stdout == "no onboarding matches\n"
    assert str(made["id"]) in run(app, "list", "--status", "withdrawn").stdout


def test_onboarding_without_a_link_is_listed_with_its_failure(
    app: Flask, merchant: Merchant
) -> None:
    Onboarding.create(merchant=merchant, step=ConnectStep.REFUSED, failure_reason="scopes_missing")

    [row] = json.loads(run(app, "list", "--json").stdout)

    assert (row["merchant"], row["status"], row["reason"]) == (
        merchant.email,
        "refused",
        "scopes_missing",
    )
    assert row["link"] is None


@pytest.mark.parametrize(
    "arguments",
    [
        ("",),
        ("  ",),
        ("x" * 121,),
        ("Clay", "--email", "nonsense"),
        ("Clay", "--language", "xx"),
        ("Clay", "--note", "x" * 501),
    ],
)
def test_wrong_values_are_wrong_usage(
    app: Flask, merchant: Merchant, arguments: tuple[str, ...]
) -> None:
    assert run(app, "make", *arguments).exit_code == 2
    assert not Onboarding.select().exists()
