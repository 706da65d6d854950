-- What an import writes for each person, and nobody changes, in blocks: seven million people in a minute.

-- A person is found by reference as by every other value (blind_block). A reference is one of a campaign's,
-- and two large campaigns may well share one.
ALTER TABLE person DROP CONSTRAINT person_ref_key;

-- The server would look for the batch and the person of each row by itself: three quarters of the time that an
-- import takes. A row comes from an import, which has just made what it refers to, or from a row that is there.
ALTER TABLE person DROP CONSTRAINT person_batch_fkey;
ALTER TABLE membership DROP CONSTRAINT membership_batch_fkey, DROP CONSTRAINT membership_person_fkey;
ALTER TABLE delivery DROP CONSTRAINT delivery_batch_fkey, DROP CONSTRAINT delivery_person_fkey;

-- Entries are 20 bytes: a value of 16, a blind index or a reference filled up with zeros, and the last 28
-- bits of the person's id in 4, the first byte the highest. They are sorted; no value is in two blocks of a run.
CREATE TABLE blind_block (
  campaign BIGINT  NOT NULL,
  run      INTEGER NOT NULL,
  first    BYTEA   NOT NULL,               -- the value of the first entry
  entries  BYTEA   NOT NULL,
  PRIMARY KEY (campaign, run, first)
);
INSERT INTO blind_block (campaign, run, first, entries)
  SELECT campaign, 0, decode(min(encode(value, 'hex')), 'hex'),
    string_agg(value || int4send(CAST(person & 268435455 AS INTEGER)), '\x'::bytea ORDER BY value, person)
  FROM (SELECT person >> 28 AS campaign, value, person FROM blind
    UNION ALL SELECT id >> 28, substr(convert_to(ref, 'UTF8') || decode(repeat('00', 16), 'hex'), 1, 16), id
      FROM person) found
  GROUP BY campaign, substr(value, 1, 2);
DROP TABLE blind;

-- The deliveries of a batch that were not released yet, in their order: the last 28 bits of their ids, 4 bytes
-- each. One that was cancelled meanwhile stays in its block.
CREATE TABLE waiting_block (
  batch   BIGINT NOT NULL,
  seq     BIGINT NOT NULL,
  numbers BYTEA  NOT NULL,
  PRIMARY KEY (batch, seq)
);
INSERT INTO waiting_block (batch, seq, numbers)
  SELECT batch, min(id), string_agg(int4send(CAST(id & 268435455 AS INTEGER)), '\x'::bytea ORDER BY id)
  FROM (SELECT batch, id, row_number() OVER (PARTITION BY batch ORDER BY id) - 1 AS n
    FROM delivery WHERE state = 'waiting') waits
  GROUP BY batch, n / 1000;
DROP INDEX delivery_waiting;

-- What waits for its release is in the blocks, and not here (tried is 2): an index that asked for the state as
-- well would be written anew with every move.
DROP INDEX delivery_untried;
UPDATE delivery SET tried = 2 WHERE state = 'waiting';
CREATE INDEX delivery_untried ON delivery (batch, channel, lane) WHERE tried = 0;
