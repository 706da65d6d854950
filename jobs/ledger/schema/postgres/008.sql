-- One-use codes: pools of them, and who has which.

CREATE TABLE code_lot (                    -- a file of codes with the same terms
  campaign  BIGINT  NOT NULL REFERENCES campaign(num),
  number    INTEGER NOT NULL,
  name      TEXT    NOT NULL,              -- of the file
  sum       BYTEA   NOT NULL,              -- SHA-256 of the file
  starts    TEXT    NOT NULL,              -- days as 2018-04-07; expires is the last day of the term
  expires   TEXT    NOT NULL,
  enroll_by TEXT    NOT NULL,              -- empty: not said
  first     BIGINT  NOT NULL,              -- id of its first code; the others follow it
  codes     INTEGER NOT NULL,
  complete  INTEGER NOT NULL DEFAULT 0,    -- 1 once all of it is in
  added_at  BIGINT  NOT NULL,
  PRIMARY KEY (campaign, number)
);

CREATE TABLE code (
  id      BIGINT  PRIMARY KEY,            -- of the campaign, in the order in which they are given
  lot     INTEGER NOT NULL,
  value   BYTEA   NOT NULL,                -- blind index; empty once erased
  sealed  BYTEA   NOT NULL,                -- the code with its terms, JSON
  used_on TEXT    NOT NULL DEFAULT ''      -- a day; empty: not known to be used
);
CREATE UNIQUE INDEX code_value ON code (value) WHERE value <> ''::bytea;

CREATE TABLE code_holder (                 -- who is to have a code
  person      BIGINT  NOT NULL,
  round       INTEGER NOT NULL,            -- from which round of the person's deliveries on
  code        BIGINT  NOT NULL,            -- 0: none was left
  reserved_at BIGINT  NOT NULL DEFAULT 0,
  PRIMARY KEY (person, round)
);
CREATE UNIQUE INDEX code_holder_code ON code_holder (code) WHERE code > 0;
CREATE INDEX code_holder_missing ON code_holder (person, round) WHERE code = 0;
