"""Rules about versions of the API: differences of two OpenAPI documents, and their changelog."""
