"""Pure decisions: no database and no network."""
