"""Orders sent to stores: quotes, submissions, order updates and order history."""
