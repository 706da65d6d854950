-- Pace: what a claim asks besides holds, and which providers rest.

CREATE TABLE pacing (                      -- of a campaign, written by the feeder that opens it
  campaign INTEGER PRIMARY KEY REFERENCES campaign(num),
  rules    TEXT    NOT NULL                -- JSON: hours, caps, temper of the breakers
) STRICT;

CREATE TABLE breaker (                     -- a provider that gave bad signs; none is a closed one
  campaign INTEGER NOT NULL REFERENCES campaign(num),
  lane     TEXT    NOT NULL,
  state    TEXT    NOT NULL,               -- closed, open, probing, climbing
  until    INTEGER NOT NULL,               -- when this state's time is over
  since    INTEGER NOT NULL,               -- when the run of bad signs began
  rested   INTEGER NOT NULL,               -- rests without calm between them
  step     INTEGER NOT NULL,
  admitted INTEGER NOT NULL,               -- in this round
  good     INTEGER NOT NULL,
  busy     INTEGER NOT NULL,
  blocked  INTEGER NOT NULL,
  code     INTEGER NOT NULL,               -- of the reply that opened it
  PRIMARY KEY (campaign, lane)
) STRICT, WITHOUT ROWID;

-- By provider, so that one that rests is passed over without reading its rows.
DROP INDEX delivery_untried;
CREATE INDEX delivery_untried ON delivery (batch, channel, lane) WHERE tried = 0;

-- With the provider, so that who fills the queue is counted in the index alone.
DROP INDEX delivery_queued;
CREATE INDEX delivery_queued ON delivery (moved_at, channel, lane, state) WHERE state = 'queued';
