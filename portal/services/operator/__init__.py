"""Use cases of the marketplace's operators: all stores at a glance, and what goes on."""
