-- The first shape of the ledger. Times are milliseconds since 1970 UTC; 0 means never.
-- Sealed columns open only with the campaign's key; everything else is ids, counts and states.

CREATE TABLE campaign (
  num        INTEGER PRIMARY KEY,          -- the high bits of the ids of its people and deliveries
  id         TEXT    NOT NULL UNIQUE,
  revision   INTEGER NOT NULL,
  key_check  BLOB    NOT NULL,
  complete   INTEGER NOT NULL DEFAULT 0,   -- 1 once its import is whole; until then nobody sees it
  held       INTEGER NOT NULL DEFAULT 0,
  cancelled  INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE revision (
  campaign   INTEGER NOT NULL REFERENCES campaign(num),
  number     INTEGER NOT NULL,
  digest     BLOB    NOT NULL,             -- SHA-256 of manifest, notices, fonts and recipients
  snapshot   BLOB    NOT NULL,             -- sealed
  row_count  INTEGER NOT NULL DEFAULT 0,
  rejects    INTEGER NOT NULL DEFAULT 0,
  unaffected INTEGER NOT NULL DEFAULT 0,
  names_ok   INTEGER NOT NULL DEFAULT 0,   -- names that look like links were accepted by count
  created_at INTEGER NOT NULL,
  PRIMARY KEY (campaign, number)
) STRICT;

CREATE TABLE asset (                       -- fonts, stored once
  sha256 BLOB PRIMARY KEY,
  bytes  BLOB NOT NULL
) STRICT;

CREATE TABLE batch (
  id        INTEGER PRIMARY KEY,
  campaign  INTEGER NOT NULL REFERENCES campaign(num),
  name      TEXT    NOT NULL,
  ordinal   INTEGER NOT NULL,              -- order of release
  start_at  INTEGER NOT NULL,
  opened_at INTEGER NOT NULL DEFAULT 0,
  released  INTEGER NOT NULL DEFAULT 0,    -- by the operator: neither start nor order count
  held      INTEGER NOT NULL DEFAULT 0,
  halted    INTEGER NOT NULL DEFAULT 0,    -- by its share of refusals
  may_halt  INTEGER NOT NULL DEFAULT 1,    -- 0 once an operator resumed it in spite of them
  cancelled INTEGER NOT NULL DEFAULT 0,
  UNIQUE (campaign, name)
) STRICT;

CREATE TABLE lane (                        -- the channels and providers that a batch has
  batch   INTEGER NOT NULL REFERENCES batch(id),
  channel TEXT    NOT NULL,
  lane    TEXT    NOT NULL,
  PRIMARY KEY (batch, channel, lane)
) STRICT, WITHOUT ROWID;

CREATE TABLE person (
  id       INTEGER PRIMARY KEY,
  ref      TEXT    NOT NULL UNIQUE,        -- what the person may quote
  batch    INTEGER NOT NULL REFERENCES batch(id),
  standing TEXT    NOT NULL,               -- untold, told, uncertain, unreachable
  locale   TEXT    NOT NULL,               -- of the notice
  notice   TEXT    NOT NULL,
  sealed   BLOB    NOT NULL
) STRICT;

CREATE TABLE membership (                  -- further companies of a person, for their reports
  batch  INTEGER NOT NULL REFERENCES batch(id),
  person INTEGER NOT NULL REFERENCES person(id),
  PRIMARY KEY (batch, person)
) STRICT, WITHOUT ROWID;

CREATE TABLE blind (                       -- blind indexes for lookup
  value  BLOB    NOT NULL,
  person INTEGER NOT NULL REFERENCES person(id),
  PRIMARY KEY (value, person)
) STRICT, WITHOUT ROWID;

CREATE TABLE delivery (
  id       INTEGER PRIMARY KEY,
  batch    INTEGER NOT NULL REFERENCES batch(id),
  person   INTEGER NOT NULL REFERENCES person(id),
  channel  TEXT    NOT NULL,
  revision INTEGER NOT NULL,
  purpose  TEXT    NOT NULL,
  round    INTEGER NOT NULL,
  state    TEXT    NOT NULL,
  lane     TEXT    NOT NULL DEFAULT '',    -- provider of the address, for rates
  domain   BLOB    NOT NULL DEFAULT x'',   -- blind index of the address's domain, for retry
  attempt  INTEGER NOT NULL DEFAULT 0,
  feed     INTEGER NOT NULL DEFAULT 0,
  tried    INTEGER NOT NULL DEFAULT 0,     -- 1 once the first attempt was made, or the row set aside
  first_at INTEGER NOT NULL DEFAULT 0,     -- first claim: the date of the message
  clock_at INTEGER NOT NULL DEFAULT 0,     -- from when giving up is counted
  next_at  INTEGER NOT NULL DEFAULT 0,     -- when a deferred one is due
  moved_at INTEGER NOT NULL,
  worker   TEXT    NOT NULL DEFAULT '',
  code     INTEGER NOT NULL DEFAULT 0,
  enhanced TEXT    NOT NULL DEFAULT '',
  reason   TEXT    NOT NULL DEFAULT '',    -- without personal data
  UNIQUE (person, channel, revision, purpose, round)
) STRICT;
CREATE INDEX delivery_waiting  ON delivery (batch, id) WHERE state = 'waiting';
CREATE INDEX delivery_ready    ON delivery (batch, channel, lane, id) WHERE state = 'ready';
CREATE INDEX delivery_queued   ON delivery (moved_at) WHERE state = 'queued';
CREATE INDEX delivery_held     ON delivery (worker) WHERE state IN ('sending', 'uncertain');
CREATE INDEX delivery_deferred ON delivery (next_at) WHERE state = 'deferred';
CREATE INDEX delivery_typeset  ON delivery (batch, id) WHERE state = 'typeset';
CREATE INDEX delivery_untried  ON delivery (batch) WHERE tried = 0;
CREATE INDEX delivery_failed   ON delivery (batch, state)
  WHERE state IN ('refused', 'bounced', 'expired', 'blocked', 'uncertain');

CREATE TABLE attempt (
  delivery   INTEGER NOT NULL REFERENCES delivery(id),
  number     INTEGER NOT NULL,
  worker     TEXT    NOT NULL,
  relay      TEXT    NOT NULL DEFAULT '',
  claimed_at INTEGER NOT NULL,
  settled_at INTEGER NOT NULL,
  outcome    TEXT    NOT NULL,
  stage      TEXT    NOT NULL DEFAULT '',
  code       INTEGER NOT NULL DEFAULT 0,
  enhanced   TEXT    NOT NULL DEFAULT '',
  line       TEXT    NOT NULL DEFAULT '',  -- the server's, addresses removed
  sha256     BLOB    NOT NULL DEFAULT x'', -- of the exact bytes
  message_id TEXT    NOT NULL DEFAULT '',
  PRIMARY KEY (delivery, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE piece (                       -- the paper of a letter
  delivery   INTEGER PRIMARY KEY REFERENCES delivery(id),
  number     TEXT    NOT NULL UNIQUE,
  pages      INTEGER NOT NULL,
  sheets     INTEGER NOT NULL,
  digest     BLOB    NOT NULL,             -- of the content of its pages
  print_file INTEGER NOT NULL DEFAULT 0,
  sequence   INTEGER NOT NULL DEFAULT 0,
  page_from  INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX piece_print_file ON piece (print_file, sequence) WHERE print_file > 0;

CREATE TABLE print_file (
  id         INTEGER PRIMARY KEY,
  batch      INTEGER NOT NULL REFERENCES batch(id),
  name       TEXT    NOT NULL UNIQUE,
  created_at INTEGER NOT NULL,
  bound_at   INTEGER NOT NULL DEFAULT 0,
  pieces     INTEGER NOT NULL DEFAULT 0,
  pages      INTEGER NOT NULL DEFAULT 0,
  sheets     INTEGER NOT NULL DEFAULT 0,
  sha256     BLOB    NOT NULL DEFAULT x''
) STRICT;

CREATE TABLE counter (                     -- kept with the moves
  batch   INTEGER NOT NULL REFERENCES batch(id),
  channel TEXT    NOT NULL,
  purpose TEXT    NOT NULL,
  state   TEXT    NOT NULL,
  n       INTEGER NOT NULL,
  PRIMARY KEY (batch, channel, purpose, state)
) STRICT, WITHOUT ROWID;

CREATE TABLE standing (                    -- how many people stand where, kept with the moves
  batch    INTEGER NOT NULL REFERENCES batch(id),
  standing TEXT    NOT NULL,
  n        INTEGER NOT NULL,
  PRIMARY KEY (batch, standing)
) STRICT, WITHOUT ROWID;

CREATE TABLE journal (                     -- operators' moves, each row hashed over the one before
  seq      INTEGER PRIMARY KEY,
  campaign TEXT    NOT NULL,
  at       INTEGER NOT NULL,
  who      TEXT    NOT NULL,
  verb     TEXT    NOT NULL,
  what     TEXT    NOT NULL,
  why      TEXT    NOT NULL,
  n        INTEGER NOT NULL,
  hash     BLOB    NOT NULL
) STRICT;

CREATE TABLE worker (
  id         TEXT PRIMARY KEY,
  started_at INTEGER NOT NULL,
  heard_at   INTEGER NOT NULL
) STRICT;

CREATE TABLE lease (
  name   TEXT PRIMARY KEY,
  holder TEXT    NOT NULL,
  until  INTEGER NOT NULL
) STRICT;
