"""The API, as programs call it."""
