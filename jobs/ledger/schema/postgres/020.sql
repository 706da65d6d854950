-- What other servers report of an e-mail after the relay had taken it: that it failed after all.

CREATE TABLE bounce (
  delivery BIGINT  NOT NULL REFERENCES delivery(id),
  report   BYTEA   NOT NULL,               -- SHA-256: it counts once, however often it is read
  attempt  INTEGER NOT NULL,               -- that it was read of
  read_at  BIGINT  NOT NULL,
  code     INTEGER NOT NULL,               -- 0: none was named
  enhanced TEXT    NOT NULL,
  line     TEXT    NOT NULL,               -- the server's, addresses removed
  PRIMARY KEY (delivery, report)
);
