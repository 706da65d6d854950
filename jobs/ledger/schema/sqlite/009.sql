-- What a person was told in which revision.

-- The first revision whose notice carries the facts in force: only deliveries of it and of later ones say
-- whether the person was told these.
ALTER TABLE person ADD COLUMN since INTEGER NOT NULL DEFAULT 1;

CREATE TABLE past (                        -- what a person's row held, for deliveries of that time
  person   INTEGER NOT NULL REFERENCES person(id),
  revision INTEGER NOT NULL,               -- the last in which it was so
  since    INTEGER NOT NULL,
  locale   TEXT    NOT NULL,
  notice   TEXT    NOT NULL,
  sealed   BLOB    NOT NULL,
  PRIMARY KEY (person, revision)
) STRICT;
