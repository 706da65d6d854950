-- The lists of what waits, by lane: what is fed is taken from them, and not made ready first.
CREATE TABLE waiting_new (
  batch   BIGINT NOT NULL,
  channel TEXT   NOT NULL,
  lane    TEXT   NOT NULL,
  seq     BIGINT NOT NULL,
  numbers BYTEA  NOT NULL,
  PRIMARY KEY (batch, channel, lane, seq)
);
INSERT INTO waiting_new (batch, channel, lane, seq, numbers)
  SELECT batch, channel, lane, min(id), string_agg(int4send(CAST(id & 268435455 AS INTEGER)), '\x'::bytea ORDER BY id)
  FROM (SELECT batch, channel, lane, id,
      row_number() OVER (PARTITION BY batch, channel, lane ORDER BY id) - 1 AS n
    FROM delivery WHERE state = 'waiting' AND purpose <> 'corporate-report') waits
  GROUP BY batch, channel, lane, n / 1000;
DROP TABLE waiting_block;
ALTER TABLE waiting_new RENAME TO waiting_block;
