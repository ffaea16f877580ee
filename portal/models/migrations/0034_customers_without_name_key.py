"""Drop the folded names of customers and their index: search texts have replaced them."""


def up(migrator, db):  # noqa: ARG001 - the runner's signature
    migrator.migrate(
        migrator.drop_index("customer", "customer_store_id_name_key_remote_id"),
        migrator.drop_column("customer", "name_key"),
    )
