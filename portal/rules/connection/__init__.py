"""Rules of a store's connection: states, scopes, plan, health, issues."""
