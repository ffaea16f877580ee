"""Rules of merchant accounts and store teams."""
