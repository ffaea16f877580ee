"""SQL schema of the sandbox's state file."""

from __future__ import annotations

# Raise it with every change of a table: the sandbox refuses state files of another version.
VERSION = 12

SCHEMA = """
CREATE TABLE IF NOT EXISTS store (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, url TEXT NOT NULL, plan TEXT NOT NULL,
  features TEXT, suspended INTEGER NOT NULL DEFAULT 0, currency TEXT NOT NULL,
  settings TEXT NOT NULL DEFAULT '{}',
  created INTEGER NOT NULL, profile_updated INTEGER NOT NULL,
  next_id INTEGER NOT NULL DEFAULT 100000001
);
CREATE TABLE IF NOT EXISTS last_change (
  store INTEGER NOT NULL, stat TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (store, stat)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS product (
  store INTEGER NOT NULL, id INTEGER NOT NULL, name TEXT NOT NULL, sku TEXT, price REAL,
  enabled INTEGER NOT NULL, in_stock INTEGER NOT NULL, created INTEGER NOT NULL,
  updated INTEGER NOT NULL, categories TEXT NOT NULL, external TEXT, variation_skus TEXT,
  body TEXT NOT NULL,
  PRIMARY KEY (store, id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS product_updated ON product (store, updated, id);
CREATE INDEX IF NOT EXISTS product_created ON product (store, created, id);
CREATE INDEX IF NOT EXISTS product_name ON product (store, name, id);
CREATE INDEX IF NOT EXISTS product_price ON product (store, price, id);
CREATE INDEX IF NOT EXISTS product_sku ON product (store, sku);
CREATE INDEX IF NOT EXISTS product_variation_skus ON product (store, variation_skus)
  WHERE variation_skus IS NOT NULL;
CREATE INDEX IF NOT EXISTS product_categories ON product (store, categories);
CREATE INDEX IF NOT EXISTS product_external ON product (store, external)
  WHERE external IS NOT NULL;
CREATE TABLE IF NOT EXISTS category (
  store INTEGER NOT NULL, id INTEGER NOT NULL, parent INTEGER NOT NULL, enabled INTEGER NOT NULL,
  body TEXT NOT NULL, PRIMARY KEY (store, id)
);
CREATE TABLE IF NOT EXISTS product_class (
  store INTEGER NOT NULL, id INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (store, id)
);
CREATE TABLE IF NOT EXISTS promotion (
  store INTEGER NOT NULL, id INTEGER NOT NULL, name TEXT NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (store, id)
);
CREATE TABLE IF NOT EXISTS customer_group (
  store INTEGER NOT NULL, id INTEGER NOT NULL, name TEXT NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (store, id)
);
CREATE TABLE IF NOT EXISTS purchase (
  store INTEGER NOT NULL, id INTEGER NOT NULL, number TEXT NOT NULL, created INTEGER NOT NULL,
  updated INTEGER NOT NULL, payment TEXT NOT NULL, fulfillment TEXT NOT NULL, total REAL,
  email TEXT NOT NULL, customer INTEGER, coupon_key TEXT, referer TEXT, body TEXT NOT NULL,
  PRIMARY KEY (store, id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS purchase_created ON purchase (store, created, id, payment);
CREATE INDEX IF NOT EXISTS purchase_updated ON purchase (store, updated, payment, created);
CREATE INDEX IF NOT EXISTS purchase_number ON purchase (store, number);
CREATE INDEX IF NOT EXISTS purchase_email ON purchase (store, email);
CREATE INDEX IF NOT EXISTS purchase_customer ON purchase (store, customer)
  WHERE customer IS NOT NULL;
CREATE INDEX IF NOT EXISTS purchase_referer ON purchase (store, referer)
  WHERE referer IS NOT NULL;
CREATE TABLE IF NOT EXISTS order_status (
  store INTEGER NOT NULL, id TEXT NOT NULL, name TEXT, enabled INTEGER NOT NULL,
  notifies INTEGER NOT NULL, PRIMARY KEY (store, id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS customer (
  store INTEGER NOT NULL, id INTEGER NOT NULL, name TEXT NOT NULL, email TEXT NOT NULL,
  registered INTEGER NOT NULL, updated INTEGER NOT NULL, orders INTEGER NOT NULL,
  sales REAL NOT NULL, body TEXT NOT NULL, PRIMARY KEY (store, id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS customer_email ON customer (store, email);
CREATE INDEX IF NOT EXISTS customer_updated ON customer (store, updated, id);
CREATE INDEX IF NOT EXISTS customer_registered ON customer (store, registered, id);
CREATE TABLE IF NOT EXISTS coupon (
  store INTEGER NOT NULL, id INTEGER NOT NULL, code_key TEXT NOT NULL, type TEXT NOT NULL,
  status TEXT NOT NULL, created INTEGER NOT NULL, updated INTEGER NOT NULL, expires INTEGER,
  body TEXT NOT NULL, PRIMARY KEY (store, id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS coupon_code ON coupon (store, code_key);
CREATE TABLE IF NOT EXISTS coupon_use (
  store INTEGER NOT NULL, purchase INTEGER NOT NULL, coupon INTEGER NOT NULL,
  is_counted INTEGER NOT NULL, PRIMARY KEY (store, purchase)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS entity (
  store INTEGER NOT NULL, family TEXT NOT NULL, id INTEGER NOT NULL, key TEXT NOT NULL,
  body TEXT NOT NULL, PRIMARY KEY (store, family, id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS entity_key ON entity (store, family, key);
CREATE TABLE IF NOT EXISTS upload (
  store INTEGER NOT NULL, id INTEGER NOT NULL, type TEXT NOT NULL, data BLOB NOT NULL,
  PRIMARY KEY (store, id)
);
CREATE TABLE IF NOT EXISTS unindexed (
  resource TEXT NOT NULL, store INTEGER NOT NULL, id INTEGER NOT NULL, body TEXT, due REAL NOT NULL,
  PRIMARY KEY (resource, store, id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS unindexed_due ON unindexed (due);
CREATE TABLE IF NOT EXISTS deleted (
  store INTEGER NOT NULL, resource TEXT NOT NULL, id INTEGER NOT NULL, at INTEGER NOT NULL,
  number TEXT
);
CREATE INDEX IF NOT EXISTS deleted_at ON deleted (store, resource, at);
CREATE TABLE IF NOT EXISTS batch (
  ticket TEXT PRIMARY KEY, store INTEGER NOT NULL, deduplication_key TEXT, at REAL NOT NULL,
  group_id TEXT, status TEXT NOT NULL, requests TEXT NOT NULL, responses TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS code (
  code TEXT PRIMARY KEY, store INTEGER NOT NULL, scopes TEXT NOT NULL,
  redirect_uri TEXT NOT NULL, at REAL NOT NULL, token TEXT
);
CREATE TABLE IF NOT EXISTS token (
  token TEXT PRIMARY KEY, store INTEGER NOT NULL, scopes TEXT NOT NULL,
  created INTEGER NOT NULL, is_valid INTEGER NOT NULL DEFAULT 1, public_token TEXT,
  custom_app INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS custom_app (
  id INTEGER PRIMARY KEY, store INTEGER NOT NULL, client_id TEXT NOT NULL,
  client_secret TEXT NOT NULL, webhook_url TEXT NOT NULL DEFAULT ''
);
CREATE TABLE IF NOT EXISTS registration (
  id INTEGER PRIMARY KEY, store INTEGER NOT NULL, url TEXT NOT NULL, events TEXT NOT NULL,
  custom_app INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS delivery (
  id INTEGER PRIMARY KEY, store INTEGER NOT NULL, event_id TEXT NOT NULL, type TEXT NOT NULL,
  url TEXT NOT NULL, body TEXT NOT NULL, created REAL NOT NULL, first_due REAL NOT NULL,
  attempt_count INTEGER NOT NULL DEFAULT 0, due REAL, status TEXT NOT NULL DEFAULT 'pending',
  delivered REAL, custom_app INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS delivery_due ON delivery (due) WHERE due IS NOT NULL;
CREATE TABLE IF NOT EXISTS attempt (
  delivery INTEGER NOT NULL, number INTEGER NOT NULL, at REAL NOT NULL,
  duration_ms INTEGER NOT NULL, status TEXT NOT NULL, detail TEXT NOT NULL,
  PRIMARY KEY (delivery, number)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS failing_endpoint (url TEXT PRIMARY KEY, since REAL NOT NULL);
CREATE TABLE IF NOT EXISTS switch (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
