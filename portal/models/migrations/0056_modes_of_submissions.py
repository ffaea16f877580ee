"""Let idempotency keys count for the mode of the API key that sent the order."""

from peewee import CharField


def up(migrator, db):  # noqa: ARG001 - the runner's signature
    migrator.migrate(
        migrator.add_column("order_submission", "mode", CharField(default="live")),
        migrator.drop_index("order_submission", "order_submission_sender_idempotency_key"),
        migrator.add_index("order_submission", ("sender", "mode", "idempotency_key"), unique=True),
    )
