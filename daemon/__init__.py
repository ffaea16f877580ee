"""The background half of the portal: `python -m daemon` keeps connected stores in sync."""
