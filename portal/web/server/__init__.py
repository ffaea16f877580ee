"""Web server of the portal: gunicorn with pools for webhooks and pages on one port."""
