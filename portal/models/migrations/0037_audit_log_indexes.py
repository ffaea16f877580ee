"""Index the audit log for the operators' page, and for the last view of a store by an operator."""


def up(migrator, db):
    migrator.migrate(
        migrator.drop_index("audit_log_entry", "audit_log_entry_actor_id"),
        migrator.add_index("audit_log_entry", ("actor_id", "id")),
        migrator.add_index("audit_log_entry", ("actor_name", "id")),
        migrator.add_index("audit_log_entry", ("action", "id")),
        migrator.add_index("audit_log_entry", ("happened_at", "id")),
    )
    db.execute_sql(
        'CREATE INDEX "audit_log_entry_views" ON "audit_log_entry" '
        '("actor_id", "store_id", "happened_at") WHERE action = \'store.viewed\''
    )
