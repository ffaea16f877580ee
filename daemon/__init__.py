"""Background processes of the portal, started by `python -m daemon`."""
