"""Flask application with the portal's pages, its API and its commands."""
