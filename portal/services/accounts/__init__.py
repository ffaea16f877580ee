"""Hold what people do with accounts: signing up and in, factors, sessions, teams."""
