-- The lists of what waits, by lane: what is fed is taken from them, and not made ready first.
CREATE TABLE waiting_new (
  batch   INTEGER NOT NULL REFERENCES batch(id),
  channel TEXT    NOT NULL,
  lane    TEXT    NOT NULL,
  seq     INTEGER NOT NULL,
  numbers BLOB    NOT NULL,
  PRIMARY KEY (batch, channel, lane, seq)
) STRICT;
INSERT INTO waiting_new (batch, channel, lane, seq, numbers)
  SELECT batch, channel, lane, min(id), unhex(group_concat(printf('%08X', id & 0xFFFFFFF), '' ORDER BY id))
  FROM (SELECT batch, channel, lane, id, row_number() OVER (PARTITION BY batch, channel, lane ORDER BY id) - 1 AS n
    FROM delivery WHERE state = 'waiting' AND purpose <> 'corporate-report')
  GROUP BY batch, channel, lane, n / 1000;
DROP TABLE waiting_block;
ALTER TABLE waiting_new RENAME TO waiting_block;
