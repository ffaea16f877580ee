"""Command that migrates the database and makes the first operator."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from click.testing import Result
from flask import Flask

from portal.services.runtime import Runtime, open_runtime
from portal.web.app import create_app


def test_migrating_twice_changes_nothing(app: Flask, runtime: Runtime) -> None:
    result = app.test_cli_runner().invoke(args=["migrate"])

    assert "nothing to do" in result.output


def test_migrating_makes_the_first_operator(runtime: Runtime) -> None:
    def migrate_with(email: str) -> Result:
        settings = replace(runtime.settings, first_operator_email=email)
        app = create_app(replace(runtime, settings=settings))
        return app.test_cli_runner().invoke(args=["migrate"])

    refused, made, again = map(migrate_with, ("root@-", "root@example.com", "root@example.com"))

    assert (refused.exit_code, made.exit_code, again.exit_code) == (1, 0, 0)
    assert "FIRST_OPERATOR_EMAIL is 'root@-'" in refused.output
    assert "root@example.com is the first operator" in made.output
    assert "operator" not in again.output


def test_migrating_an_empty_database_prints_the_migrations(
    runtime: Runtime, tmp_path: Path
) -> None:
    settings = replace(runtime.settings, database_url=f"sqlite:///{tmp_path}/new.db")
    fresh = open_runtime(settings)

    result = create_app(fresh).test_cli_runner().invoke(args=["migrate"])

    assert "0001_first_tables" in result.output
    fresh.database.close_all()
    fresh.redis.close()
    fresh.http.close()
