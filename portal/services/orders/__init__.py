"""Hold orders on their way out: quotes, submissions, changes of status."""
