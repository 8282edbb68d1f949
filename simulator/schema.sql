-- All state of the simulator. Bump VERSION in database.py when a table changes: the file is then started afresh.
CREATE TABLE IF NOT EXISTS followers (
  account TEXT NOT NULL, openid TEXT NOT NULL, name TEXT NOT NULL,
  subscribed INTEGER NOT NULL DEFAULT 0, subscribed_at REAL, left_at REAL, scene TEXT, remark TEXT NOT NULL DEFAULT '',
  created_at REAL NOT NULL, position INTEGER NOT NULL DEFAULT 0,
  -- customer-service windows: when the follower last wrote / tapped, and how many answers went out since
  wrote_at REAL, wrote_spent INTEGER NOT NULL DEFAULT 0, acted_at REAL, acted_spent INTEGER NOT NULL DEFAULT 0,
  typing_until REAL NOT NULL DEFAULT 0,
  PRIMARY KEY (account, openid)
);
CREATE TABLE IF NOT EXISTS tags (
  account TEXT NOT NULL, id INTEGER NOT NULL, name TEXT NOT NULL, PRIMARY KEY (account, id), UNIQUE (account, name)
);
CREATE TABLE IF NOT EXISTS follower_tags (
  account TEXT NOT NULL, openid TEXT NOT NULL, tag INTEGER NOT NULL, PRIMARY KEY (account, openid, tag)
);
CREATE TABLE IF NOT EXISTS blacklist (
  account TEXT NOT NULL, openid TEXT NOT NULL, position INTEGER PRIMARY KEY AUTOINCREMENT, UNIQUE (account, openid)
);
CREATE TABLE IF NOT EXISTS messages (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, account TEXT NOT NULL, openid TEXT NOT NULL,
  direction TEXT NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL, exchange_id TEXT, at REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS messages_by_follower ON messages (account, openid, seq);
CREATE TABLE IF NOT EXISTS exchanges (
  id TEXT PRIMARY KEY, account TEXT NOT NULL, openid TEXT NOT NULL, title TEXT NOT NULL, xml TEXT NOT NULL,
  status TEXT NOT NULL, error TEXT, took_ms REAL NOT NULL DEFAULT 0, tries TEXT NOT NULL DEFAULT '[]',
  reply TEXT, at REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS exchanges_by_follower ON exchanges (account, openid, at);
CREATE TABLE IF NOT EXISTS menus (
  id INTEGER PRIMARY KEY AUTOINCREMENT, account TEXT NOT NULL, rule TEXT, body TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS qrcodes (
  ticket TEXT PRIMARY KEY, account TEXT NOT NULL, scene TEXT NOT NULL, numeric INTEGER NOT NULL, expires_at REAL
);
CREATE TABLE IF NOT EXISTS tokens (
  token TEXT PRIMARY KEY, account TEXT NOT NULL, kind TEXT NOT NULL, expires_at REAL NOT NULL,
  superseded_at REAL, created_at REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS oauth_codes (
  code TEXT PRIMARY KEY, account TEXT NOT NULL, openid TEXT NOT NULL, scope TEXT NOT NULL, snapshot INTEGER NOT NULL,
  used INTEGER NOT NULL DEFAULT 0, expires_at REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS oauth_tokens (
  token TEXT PRIMARY KEY, refresh_token TEXT NOT NULL, account TEXT NOT NULL, openid TEXT NOT NULL,
  scope TEXT NOT NULL, snapshot INTEGER NOT NULL, expires_at REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS media (
  media_id TEXT PRIMARY KEY, account TEXT NOT NULL, type TEXT NOT NULL, life TEXT NOT NULL, -- temporary permanent inline
  filename TEXT NOT NULL, content_type TEXT NOT NULL, data BLOB NOT NULL, title TEXT NOT NULL DEFAULT '',
  introduction TEXT NOT NULL DEFAULT '', created_at REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS drafts (
  media_id TEXT PRIMARY KEY, account TEXT NOT NULL, articles TEXT NOT NULL, created_at REAL NOT NULL,
  updated_at REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS articles (
  key TEXT PRIMARY KEY, account TEXT NOT NULL, article TEXT NOT NULL, reads INTEGER NOT NULL DEFAULT 0,
  deleted INTEGER NOT NULL DEFAULT 0, created_at REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS publications (
  publish_id INTEGER PRIMARY KEY, account TEXT NOT NULL, media_id TEXT NOT NULL, articles TEXT NOT NULL,
  article_id TEXT NOT NULL, keys TEXT NOT NULL DEFAULT '[]', status INTEGER NOT NULL, created_at REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS masses (
  msg_id INTEGER PRIMARY KEY, account TEXT NOT NULL, client_id TEXT, to_all INTEGER NOT NULL, request TEXT NOT NULL,
  receivers TEXT NOT NULL, keys TEXT NOT NULL DEFAULT '[]', status TEXT NOT NULL, created_at REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS mass_receipts (
  account TEXT NOT NULL, openid TEXT NOT NULL, msg_id INTEGER NOT NULL, month TEXT NOT NULL,
  PRIMARY KEY (account, openid, msg_id)
);
CREATE TABLE IF NOT EXISTS templates (
  template_id TEXT PRIMARY KEY, account TEXT NOT NULL, kind TEXT NOT NULL, title TEXT NOT NULL, content TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS subscriptions (
  account TEXT NOT NULL, openid TEXT NOT NULL, template_id TEXT NOT NULL, accepted INTEGER NOT NULL,
  PRIMARY KEY (account, openid, template_id)
);
CREATE TABLE IF NOT EXISTS calls (
  id INTEGER PRIMARY KEY AUTOINCREMENT, account TEXT, method TEXT NOT NULL, path TEXT NOT NULL,
  errcode INTEGER NOT NULL, took_ms REAL NOT NULL, rid TEXT NOT NULL, at REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS quotas (
  account TEXT NOT NULL, name TEXT NOT NULL, day TEXT NOT NULL, used INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (account, name, day)
);
CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS kept (name TEXT PRIMARY KEY, value TEXT NOT NULL);
