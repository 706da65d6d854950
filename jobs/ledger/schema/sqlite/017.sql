-- People who moved between revisions while what they were told stayed in force: what comes to be sent all the same goes
-- where they are now.
ALTER TABLE person ADD COLUMN moved INTEGER NOT NULL DEFAULT 0;   -- the revision in which they did; 0: they did not

CREATE TABLE forward (                     -- what that revision would have them sent, but for what it did
  person  INTEGER NOT NULL REFERENCES person(id),
  channel TEXT    NOT NULL,
  lane    TEXT    NOT NULL,
  domain  BLOB    NOT NULL,            -- as a delivery has it
  PRIMARY KEY (person, channel)
) STRICT;
