"""Descriptions of scopes that an app may request in addition to the default ones."""

from __future__ import annotations

# Source (documented): REST docs, "Access scopes": the names. The texts are the sandbox's own.
OTHER_SCOPES = {
    "update_store_profile": "Change your store's settings and save the app's own data",
    "create_catalog": "Add products and categories to your store",
    "update_catalog": "Change your products, categories and their images",
    "update_catalog_batch_delete": "Delete all of your products at once",
    "update_customers": "Change your customers",
    "create_discount_coupons": "Add discount coupons to your store",
    "update_discount_coupons": "Change your discount coupons",
    "read_promotion": "See your promotions",
    "create_promotion": "Add promotions to your store",
    "update_promotion": "Change your promotions",
    "read_brands": "See the brands of your products",
    "read_invoices": "See the tax invoices of your orders",
    "read_reviews": "See the reviews of your products",
    "update_reviews": "Publish, hide and delete reviews",
    "read_store_stats": "See your store's reports",
    "read_subscriptions": "See your customers' subscriptions",
    "update_subscriptions": "Change and cancel your customers' subscriptions",
    "read_staff": "See your staff accounts",
    "create_staff": "Add staff accounts",
    "update_staff": "Change your staff accounts",
    "delete_staff": "Delete staff accounts",
    "invite_staff": "Invite staff by e-mail",
    "buy_domains": "See and buy domains for your store",
    "manage_instant_site": "Change your site's redirects",
}
