"""Give tables, columns, indexes and stored values their standard names."""

from peewee import PostgresqlDatabase

TABLES = {
    "audit": "audit_log_entry",
    "audit_sighting": "reconcile_mark",
    "channel_endpoint": "webhook_endpoint",
    "connect_journey": "onboarding",
    "copy_erasure": "store_data_erasure",
    "delivery_count": "rejected_webhook_count",
    "endpoint_notice": "endpoint_alert",
    "erased_person": "suppression_entry",
    "event_word": "event_term",
    "event_word_progress": "event_term_progress",
    "field_drift": "schema_change",
    "field_profile": "observed_schema",
    "notification_choice": "notification_preference",
    "outbox_message": "outbound_event",
    "personal_data_request": "privacy_request",
    "reading_gap": "catch_up",
    "store_circuit": "circuit_breaker",
    "timeline": "timeline_entry",
}
# Under the new name of the table.
COLUMNS = (
    ("audit_log_entry", "actor", "actor_name"),
    ("audit_log_entry", "who_id", "actor_id"),
    ("browser_session", "address", "ip_address"),
    ("browser_session", "agent", "user_agent"),
    ("browser_session", "begun_at", "started_at"),
    ("browser_session", "seen_at", "last_seen_at"),
    ("webhook_endpoint", "previous_until_at", "previous_expires_at"),
    ("webhook_endpoint", "told_percent", "alerted_percent"),
    ("webhook_endpoint", "state_since_at", "state_changed_at"),
    ("api_key", "previous_until_at", "previous_expires_at"),
    ("onboarding", "label", "invitee"),
    ("onboarding", "made_by_id", "created_by_id"),
    ("onboarding", "problem", "failure_reason"),
    ("onboarding", "rounds", "incomplete_consents"),
    ("onboarding", "begun_at", "started_at"),
    ("onboarding", "step_at", "step_changed_at"),
    ("store_data_erasure", "asked_by_id", "requested_by_id"),
    ("store_data_erasure", "asked_at", "requested_at"),
    ("coupon", "catalogue_limit", "catalog_limit"),
    ("delivery", "message_id", "event_id"),
    ("delivery_attempt", "begun_at", "started_at"),
    ("delivery_attempt", "answer", "response_body"),
    ("delivery_attempt", "ms", "duration_ms"),
    ("rejected_webhook_count", "problem", "reason"),
    ("rejected_webhook_count", "deliveries", "receipts"),
    ("rejected_webhook_count", "last_at", "last_received_at"),
    ("email_change", "asked_at", "requested_at"),
    ("event_replay", "wanted", "event_filter"),
    ("event_replay", "at_id", "cursor_id"),
    ("event_replay", "cancelled_by_id", "canceled_by_id"),
    ("event_term", "word", "term"),
    ("schema_change", "noticed_at", "detected_at"),
    ("freshness_point", "word", "freshness"),
    ("lease", "until_at", "expires_at"),
    ("mirror_count", "mirrored", "mirror_table"),
    ("notification", "occasion", "trigger"),
    ("notification", "channel", "medium"),
    ("notification", "letter", "digest_id"),
    ("order", "fulfilment_status", "fulfillment_status"),
    ("order_submission", "problems", "validation_errors"),
    ("order_submission", "who_id", "actor_id"),
    ("order_update", "who_id", "actor_id"),
    ("catch_up", "from_at", "outage_from_at"),
    ("catch_up", "until_at", "outage_until_at"),
    ("catch_up", "closed_at", "finished_at"),
    ("second_factor", "begun_at", "started_at"),
    ("store", "state_since_at", "state_changed_at"),
    ("store", "webhook_since_at", "webhook_health_changed_at"),
    ("store", "webhook_unheard_at", "webhook_first_missed_at"),
    ("store", "webhook_due_at", "webhook_check_due_at"),
    ("circuit_breaker", "probes", "failed_trials"),
    ("sync_run", "differences", "mismatches"),
    ("sync_state", "next_audit_at", "next_reconciliation_at"),
    ("timeline_entry", "who_id", "actor_id"),
    ("webhook_event", "key_used", "signing_key"),
    ("webhook_event", "at_once", "batch_limit"),
)
INDEXES = {
    "audit_store_id_id": "audit_log_entry_store_id_id",
    "audit_who_id": "audit_log_entry_actor_id",
    "channel_endpoint_merchant_id": "webhook_endpoint_merchant_id",
    "channel_endpoint_store_id": "webhook_endpoint_store_id",
    "connect_journey_made_by_id": "onboarding_created_by_id",
    "connect_journey_merchant_id": "onboarding_merchant_id",
    "connect_journey_step_at": "onboarding_step_changed_at",
    "copy_erasure_asked_by_id": "store_data_erasure_requested_by_id",
    "copy_erasure_one_under_way": "store_data_erasure_one_unfinished",
    "copy_erasure_store_id_id": "store_data_erasure_store_id_id",
    "delivery_message_id_endpoint_id": "delivery_event_id_endpoint_id",
    "endpoint_notice_endpoint_id": "endpoint_alert_endpoint_id",
    "endpoint_notice_waiting": "endpoint_alert_waiting",
    "event_replay_cancelled_by_id": "event_replay_canceled_by_id",
    "field_drift_store_id": "schema_change_store_id",
    "field_drift_store_id_resource_field_change_after": "schema_change_store_id_resource_field_change_after",  # noqa: E501
    "field_profile_store_id": "observed_schema_store_id",
    "notification_issue_id_merchant_id_occasion_channel": "notification_issue_id_merchant_id_trigger_medium",  # noqa: E501
    "order_store_id_fulfilment_status_remote_created_at_remote_id": "order_store_id_fulfillment_status_remote_created_at_remote_id",  # noqa: E501
    "order_submission_who_id": "order_submission_actor_id",
    "order_update_who_id": "order_update_actor_id",
    "outbox_message_store_id_id": "outbound_event_store_id_id",
    "outbox_message_uid": "outbound_event_uid",
    "personal_data_request_event_id": "privacy_request_event_id",
    "personal_data_request_state_due_at": "privacy_request_state_due_at",
    "personal_data_request_store_id_id": "privacy_request_store_id_id",
    "reading_gap_store_id_id": "catch_up_store_id_id",
    "store_webhook_due_at": "store_webhook_check_due_at",
    "sync_run_proof": "sync_run_verified",
    "sync_state_next_audit_at": "sync_state_next_reconciliation_at",
    "timeline_store_id_id": "timeline_entry_store_id_id",
    "timeline_who_id": "timeline_entry_actor_id",
}
VALUES = (
    ("audit_log_entry", "action", "api_key.made", "api_key.created"),
    ("audit_log_entry", "action", "disconnect_store", "store.disconnected"),
    ("audit_log_entry", "action", "endpoint.made", "endpoint.created"),
    ("audit_log_entry", "action", "endpoint.mail_retried", "endpoint.alert_retried"),
    ("audit_log_entry", "action", "erase_copy", "store_data.erasure_requested"),
    ("audit_log_entry", "action", "export.taken", "records.exported"),
    ("audit_log_entry", "action", "order.change_dropped", "order.change_discarded"),
    ("audit_log_entry", "action", "order.change_sent_again", "order.change_retried"),
    ("audit_log_entry", "action", "personal_data.downloaded", "privacy.downloaded"),
    ("audit_log_entry", "action", "personal_data.erased", "privacy.erased"),
    ("audit_log_entry", "action", "personal_data.exported", "privacy.exported"),
    ("delivery", "error", "broken_off", "interrupted"),
    ("delivery", "error", "left", "access_lost"),
    ("event_attempt", "outcome", "echo", "own_write"),
    ("event_replay", "state", "cancelled", "canceled"),
    ("freshness_point", "freshness", "first_copy", "initial_import"),
    ("onboarding", "failure_reason", "circle", "consent_loop"),
    ("onboarding", "failure_reason", "foreign", "state_mismatch"),
    ("onboarding", "failure_reason", "mismatch", "store_mismatch"),
    ("privacy_request", "kind", "export", "access"),
    ("rejected_webhook_count", "reason", "no_event", "malformed"),
    ("rejected_webhook_count", "reason", "out_of_time", "timestamp_out_of_range"),
    ("replayed_event", "outcome", "cancelled", "canceled"),
    ("sync_run", "kind", "audit", "reconciliation"),
    ("sync_run", "state", "cancelled", "canceled"),
    ("timeline_entry", "what", "copy_erased", "store_data_erased"),
    ("timeline_entry", "what", "erasure_asked", "erasure_requested"),
    ("timeline_entry", "what", "found_well", "check_passed"),
)
# Parts of stored JSON. The old text occurs in these columns in this meaning only.
JSON_TEXTS = (
    ("api_key", "scopes", '"read_catalogue"', '"read_catalog"'),
    ("order_submission", "quote", '"fulfilment_', '"fulfillment_'),
    ("order_submission", "request", '"fulfilment_', '"fulfillment_'),
    ("order_update", "changes", '"fulfilment_', '"fulfillment_'),
    ("order_update", "expected", '"fulfilment_', '"fulfillment_'),
    ("order_update", "remote", '"fulfilment_', '"fulfillment_'),
    ("outbound_event", "detail", '"found_well"', '"check_passed"'),
    ("sync_run", "checkpoint", '"anchor"', '"last_id"'),
)


def up(migrator, db):  # noqa: ARG001 - the runner's signature
    for old, new in TABLES.items():
        db.execute_sql(f'ALTER TABLE "{old}" RENAME TO "{new}"')
    for table, old, new in COLUMNS:
        db.execute_sql(f'ALTER TABLE "{table}" RENAME COLUMN "{old}" TO "{new}"')
    if isinstance(db, PostgresqlDatabase):
        _rename_on_postgresql(db)
    else:
        _rename_on_sqlite(db)
    for table, column, old, new in VALUES:
        mark = db.param
        db.execute_sql(
            f'UPDATE "{table}" SET "{column}" = {mark} WHERE "{column}" = {mark}',  # noqa: S608
            (new, old),
        )
    is_jsonb = isinstance(db, PostgresqlDatabase)
    for table, column, old, new in JSON_TEXTS:
        text, cast = (f'"{column}"::text', "::jsonb") if is_jsonb else (f'"{column}"', "")
        mark = db.param
        db.execute_sql(
            f'UPDATE "{table}" SET "{column}" = replace({text}, {mark}, {mark}){cast} '  # noqa: S608
            f"WHERE {text} LIKE {mark}",
            (old, new, f"%{old}%"),
        )


def _rename_on_sqlite(db):
    """Create each index again, because SQLite can't rename one."""
    for old, new in INDEXES.items():
        (sql,) = db.execute_sql("SELECT sql FROM sqlite_master WHERE name = ?", (old,)).fetchone()
        db.execute_sql(f'DROP INDEX "{old}"')
        db.execute_sql(sql.replace(f'"{old}"', f'"{new}"', 1))


def _rename_on_postgresql(db):
    for old, new in INDEXES.items():
        db.execute_sql(f'ALTER INDEX "{old}" RENAME TO "{new}"')
    # Constraints and sequences keep the table and column names that they were created with.
    changed = {table: old for old, new in TABLES.items() for table in [new]}
    changed |= {table: table for table, _, _ in COLUMNS if table not in changed}
    for table, old_table in changed.items():
        columns = {old: new for where, old, new in COLUMNS if where == table}
        rows = db.execute_sql(
            "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass", (f'"{table}"',)
        ).fetchall()
        for (name,) in rows:
            rest = name.removeprefix(f"{old_table}_")
            kind = next(k for k in ("_not_null", "_fkey", "_pkey", "pkey") if rest.endswith(k))
            column = rest.removesuffix(kind)
            wanted = f"{table}_{columns.get(column, column)}{kind}"
            if name != wanted:
                db.execute_sql(f'ALTER TABLE "{table}" RENAME CONSTRAINT "{name}" TO "{wanted}"')
        if old_table != table:
            db.execute_sql(
                f'ALTER SEQUENCE IF EXISTS "{old_table}_id_seq" RENAME TO "{table}_id_seq"'
            )
