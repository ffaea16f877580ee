"""Key rotation reseals every secret with the newest key and overwrites no concurrent write."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from cryptography.fernet import Fernet

from portal.errors import SealedSecretError
from portal.models import TABLES, AuditLogEntry, Grant, Merchant, SecondFactor, Store, database
from portal.models.sealed_columns import BOUND_TO, sealed_columns
from portal.sealing import Sealer, new_key
from portal.services.accounts.second_factor import begin_factor
from portal.services.connection.reseal_secrets import (
    TOKENS_CHECKED,
    ResealCounts,
    can_open_any_token,
    reseal_secrets,
)
from portal.services.runtime import Runtime
from portal.web.app import create_app
from tests.factories import make_grant, make_store
from tests.sealed import open_secret

OLD, NEW, LOST = new_key(), new_key(), new_key()
BOTH = Sealer([NEW, OLD])


@pytest.fixture
def store(runtime: Runtime, merchant: Merchant) -> Store:
    """The last of five stores with grants under the old key; one more store has a revoked grant."""
    ended = make_store(merchant, id=1000)
    make_grant(ended, Sealer([OLD]))
    Grant.revoke_all(ended.id, "replaced")
    for number in range(5):
        store = make_store(merchant, id=1001 + number)
        place = ("grant.sealed_public_token", store.id)
        public = Sealer([OLD]).seal(f"public {number}", *place) if number % 2 else None
        make_grant(store, Sealer([OLD]), f"token {number}", sealed_public_token=public)
    begin_factor(Sealer([OLD]), merchant)
    return store


def done(sealer: Sealer, batch: int = 2) -> dict[str, ResealCounts]:
    return {counts.column: counts for counts in reseal_secrets(sealer, batch=batch)}


def tokens(sealer: Sealer) -> list[str]:
    grants = Grant.select().where(Grant.revoked_at.is_null()).order_by(Grant.id)
    return [open_secret(sealer, row, "sealed_access_token") for row in grants]


def test_every_sealed_column_is_known() -> None:
    columns = [*sealed_columns(TABLES)]
    names = {column.name for column in columns}

    assert names >= {
        "grant.sealed_access_token",
        "grant.sealed_public_token",
        "parked_grant.sealed_access_token",
        "parked_grant.sealed_public_token",
        "second_factor.sealed_secret",
    }
    assert {column.table._meta.table_name for column in columns} == {*BOUND_TO}


def test_all_secrets_get_the_newest_key_and_keep_their_value(store: Store) -> None:
    by_column = done(BOTH)

    assert tokens(Sealer([NEW])) == [f"token {number}" for number in range(5)]
    assert open_secret(Sealer([NEW]), SecondFactor.get(), "sealed_secret")
    assert by_column["grant.sealed_access_token"].resealed == 5
    assert by_column["grant.sealed_public_token"].resealed == 2
    again = done(BOTH)["grant.sealed_access_token"]
    assert (again.resealed, again.already_current) == (0, 5)


def test_row_changed_in_between_is_not_overwritten(store: Store) -> None:
    newest = Sealer([NEW]).seal("a newer token", "grant.sealed_access_token", store.id)
    grant = Grant.active_for(store.id)
    assert grant is not None

    class Slow(Sealer):
        def reseal(self, sealed: str, column: str, row: object) -> str | None:
            if self.open(sealed, column, row) == "token 4":
                Grant.update(sealed_access_token=newest).where(Grant.id == grant.id).execute()
            return super().reseal(sealed, column, row)

    counts = done(Slow([NEW, OLD]))["grant.sealed_access_token"]

    assert (counts.resealed, counts.changed) == (4, 1)
    assert (
        open_secret(Sealer([NEW]), Grant.get_by_id(grant.id), "sealed_access_token")
        == "a newer token"
    )


def test_secret_that_no_key_opens_is_counted_and_stops_nothing(store: Store) -> None:
    lost = make_grant(store, Sealer([LOST]))

    counts = done(BOTH)["grant.sealed_access_token"]

    assert counts.unopenable == [lost.id]
    assert counts.resealed == 5
    with pytest.raises(SealedSecretError):
        open_secret(BOTH, Grant.get_by_id(lost.id), "sealed_access_token")


def test_secrets_of_earlier_versions_are_bound_to_their_rows(store: Store) -> None:
    grant, other = list(Grant.select().where(Grant.sealed_access_token != "").limit(2))
    unbound = Fernet(NEW).encrypt(b"secret_token").decode()
    Grant.update(sealed_access_token=unbound).where(Grant.id == grant.id).execute()

    done(BOTH)

    bound = Grant.get_by_id(grant.id)
    assert open_secret(Sealer([NEW]), bound, "sealed_access_token") == "secret_token"
    other.sealed_access_token = bound.sealed_access_token
    with pytest.raises(SealedSecretError):
        open_secret(BOTH, other, "sealed_access_token")


def test_missing_key_is_distinguished_from_a_damaged_row(store: Store) -> None:
    assert can_open_any_token(BOTH)
    assert not can_open_any_token(Sealer([NEW]))
    make_grant(make_store(id=2004), Sealer([LOST]))
    assert can_open_any_token(BOTH)

    Grant.delete().execute()
    assert can_open_any_token(Sealer([NEW]))
    assert TOKENS_CHECKED > 1


def test_rotation_and_concurrent_writers_do_not_overwrite_each_other(store: Store) -> None:
    errors: list[BaseException] = []

    def reconnect() -> None:
        try:
            with database.connection_context():
                for number in range(20):
                    Grant.revoke_all(store.id, "replaced")
                    make_grant(store, BOTH, f"later {number}")
        except BaseException as error:  # noqa: BLE001 - reported by the test
            errors.append(error)

    writer = threading.Thread(target=reconnect)
    writer.start()
    while writer.is_alive():
        done(BOTH)
    writer.join()

    assert errors == []
    done(BOTH)
    assert tokens(Sealer([NEW])) == [f"token {number}" for number in range(4)] + ["later 19"]
    ended = Grant.select().where(Grant.revoked_at.is_null(is_null=False))
    assert {row.sealed_access_token for row in ended} == {""}


def test_command_reports_its_results(runtime: Runtime, store: Store) -> None:
    app = create_app(replace(runtime, sealer=BOTH))
    wrong = create_app(replace(runtime, sealer=Sealer([NEW])))

    refused = wrong.test_cli_runner().invoke(args=["encryption-keys", "rotate"])
    rotated = app.test_cli_runner().invoke(args=["encryption-keys", "rotate"])
    lost = make_grant(store, Sealer([LOST]))
    partly = app.test_cli_runner().invoke(args=["encryption-keys", "rotate"])

    assert refused.exit_code == 1
    assert "a key is missing" in refused.output
    assert rotated.exit_code == 0
    assert "grant.sealed_access_token: 5 resealed, 0 had the newest key" in rotated.output
    assert partly.exit_code == 3
    assert f"1 can't be opened (rows {lost.id})" in partly.output
    assert "token 4" not in rotated.output
    entries = AuditLogEntry.select().where(AuditLogEntry.action == "encryption_keys.rotated")
    first, second = entries.order_by(AuditLogEntry.id)
    assert first.actor_name == "command line"
    tokens_of = [entry.after["grant.sealed_access_token"] for entry in (first, second)]
    assert tokens_of == [{"resealed": 5, "unopenable": 0}, {"resealed": 0, "unopenable": 1}]
