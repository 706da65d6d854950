-- Paper that has left: what the mail house was given, and what it and the post answered.

CREATE TABLE handover (                    -- of a print file, once it was whole at the far end
  print_file BIGINT PRIMARY KEY REFERENCES print_file(id),
  at         BIGINT  NOT NULL,
  place      TEXT    NOT NULL,             -- without a password
  who        TEXT    NOT NULL,
  files      TEXT    NOT NULL              -- JSON: name, size and SHA-256 of each, as they lie there
);

CREATE TABLE answer (                      -- on one letter; days as 2024-10-01, empty: not said
  delivery    BIGINT PRIMARY KEY REFERENCES delivery(id),
  printed_on  TEXT    NOT NULL DEFAULT '',
  mailed_on   TEXT    NOT NULL DEFAULT '',
  returned_on TEXT    NOT NULL DEFAULT '',
  reason      TEXT    NOT NULL DEFAULT ''  -- of its return, a code
);

CREATE TABLE readdress (                   -- the person with the address that one letter goes to
  delivery BIGINT PRIMARY KEY REFERENCES delivery(id),
  sealed   BYTEA   NOT NULL
);

CREATE INDEX delivery_returned ON delivery (batch, id) WHERE state = 'returned';
