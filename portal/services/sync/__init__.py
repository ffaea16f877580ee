"""Sync of the mirror: backfill, incremental and reconciliation runs, resyncs, quarantine."""
