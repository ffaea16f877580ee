"""Merchant accounts: sign-up, sign-in, second factors, sessions, teams."""
