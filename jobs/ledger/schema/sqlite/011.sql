-- A further revision on its way into the ledger.

-- While it is not 0 nothing of the campaign is sent: N while its revision N is being brought in, -N while that is
-- being put in force.
ALTER TABLE campaign ADD COLUMN switching INTEGER NOT NULL DEFAULT 0;

ALTER TABLE revision ADD COLUMN first_run INTEGER NOT NULL DEFAULT 0;  -- of its entries in blind_block
ALTER TABLE revision ADD COLUMN batches TEXT NOT NULL DEFAULT '[]';    -- JSON: its batches, to be laid out at the end
ALTER TABLE revision ADD COLUMN verdicts TEXT NOT NULL DEFAULT '{}';   -- JSON: people by what it has to tell them

CREATE TABLE draft (                       -- what the revision makes of one person
  person INTEGER PRIMARY KEY,              -- a former one, or the id that a new one will have
  change TEXT    NOT NULL,                 -- JSON
  sealed BLOB    NOT NULL
) STRICT;

CREATE INDEX membership_person ON membership (person);
