"""Rules of orders: requests, quotes, coupons, statuses."""
