"""Index the few rows that are failing or given up; the operators' page lists them."""

FAILING_EMAIL = (
    "CASE WHEN state = 'waiting' THEN attempts > 0 ELSE state IN ('failed', 'bounced') END"
)
FAILING = {
    "webhook_event": "(state = 'dead' OR (state = 'pending' AND attempts > 0))",
    "sync_run": "(state = 'failed' OR (finished_at IS NULL AND failures > 0))",
    "order_submission": "(error IS NOT NULL AND (due_at IS NOT NULL OR state = 'rejected'))",
    "order_update": "(state = 'failed' OR (state = 'waiting' AND attempts > 0))",
    "delivery": "state IN ('failed', 'given_up')",
    "notification": FAILING_EMAIL,
    "endpoint_alert": FAILING_EMAIL,
}


def up(_migrator, db):
    for table, condition in FAILING.items():
        db.execute_sql(f'CREATE INDEX "{table}_failing_ids" ON "{table}" ("id") WHERE {condition}')
