-- What other servers report of an e-mail after the relay had taken it: that it failed after all.

CREATE TABLE bounce (
  delivery INTEGER NOT NULL REFERENCES delivery(id),
  report   BLOB    NOT NULL,               -- SHA-256: it counts once, however often it is read
  attempt  INTEGER NOT NULL,               -- that it was read of
  read_at  INTEGER NOT NULL,
  code     INTEGER NOT NULL,               -- 0: none was named
  enhanced TEXT    NOT NULL,
  line     TEXT    NOT NULL,               -- the server's, addresses removed
  PRIMARY KEY (delivery, report)
) STRICT, WITHOUT ROWID;
