-- What an import writes for each person, and nobody changes, in blocks: seven million people in a minute.

-- A person is found by reference as by every other value (blind_block). A reference is one of a campaign's,
-- and two large campaigns may well share one.
CREATE TABLE person_new (
  id       INTEGER PRIMARY KEY,
  ref      TEXT    NOT NULL,               -- what the person may quote
  batch    INTEGER NOT NULL REFERENCES batch(id),
  standing TEXT    NOT NULL,               -- untold, told, uncertain, unreachable
  locale   TEXT    NOT NULL,               -- of the notice
  notice   TEXT    NOT NULL,
  sealed   BLOB    NOT NULL
) STRICT;
INSERT INTO person_new SELECT id, ref, batch, standing, locale, notice, sealed FROM person;

-- Entries are 20 bytes: a value of 16, a blind index or a reference filled up with zeros, and the last 28
-- bits of the person's id in 4, the first byte the highest. They are sorted; no value is in two blocks of a run.
CREATE TABLE blind_block (
  campaign INTEGER NOT NULL REFERENCES campaign(num),
  run      INTEGER NOT NULL,
  first    BLOB    NOT NULL,               -- the value of the first entry
  entries  BLOB    NOT NULL,
  PRIMARY KEY (campaign, run, first)
) STRICT;
INSERT INTO blind_block (campaign, run, first, entries)
  SELECT campaign, 0, min(value),
    unhex(group_concat(hex(value) || printf('%08X', person & 0xFFFFFFF), '' ORDER BY value, person))
  FROM (SELECT person >> 28 AS campaign, value, person FROM blind
    UNION ALL SELECT id >> 28, unhex(substr(hex(ref) || hex(zeroblob(16)), 1, 32)), id FROM person)
  GROUP BY campaign, substr(value, 1, 2);
DROP TABLE blind;
DROP TABLE person;
ALTER TABLE person_new RENAME TO person;

-- The deliveries of a batch that were not released yet, in their order: the last 28 bits of their ids, 4 bytes
-- each. One that was cancelled meanwhile stays in its block.
CREATE TABLE waiting_block (
  batch   INTEGER NOT NULL REFERENCES batch(id),
  seq     INTEGER NOT NULL,
  numbers BLOB    NOT NULL,
  PRIMARY KEY (batch, seq)
) STRICT;
INSERT INTO waiting_block (batch, seq, numbers)
  SELECT batch, min(id), unhex(group_concat(printf('%08X', id & 0xFFFFFFF), '' ORDER BY id))
  FROM (SELECT batch, id, row_number() OVER (PARTITION BY batch ORDER BY id) - 1 AS n
    FROM delivery WHERE state = 'waiting')
  GROUP BY batch, n / 1000;
DROP INDEX delivery_waiting;

-- What waits for its release is in the blocks, and not here (tried is 2): an index that asked for the state as
-- well would be written anew with every move.
DROP INDEX delivery_untried;
UPDATE delivery SET tried = 2 WHERE state = 'waiting';
CREATE INDEX delivery_untried ON delivery (batch, channel, lane) WHERE tried = 0;
