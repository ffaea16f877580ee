"""The page of requests about personal data."""
