"""Sync runs: rows that record what is read of a store, and how far it got."""
