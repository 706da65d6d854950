-- Files of messages for the members' page.

CREATE TABLE page_file (                   -- it holds its messages as a worker does, by its name, until it is written
  id         INTEGER PRIMARY KEY,
  batch      INTEGER NOT NULL REFERENCES batch(id),
  serial     INTEGER NOT NULL,
  name       TEXT    NOT NULL UNIQUE,
  created_at INTEGER NOT NULL,
  written_at INTEGER NOT NULL DEFAULT 0,   -- whole and in place
  messages   INTEGER NOT NULL DEFAULT 0,
  sha256     BLOB    NOT NULL DEFAULT x''
) STRICT;
