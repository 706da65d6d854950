-- How many people each revision counted, for what is published of it.

ALTER TABLE revision ADD COLUMN tally TEXT NOT NULL DEFAULT 'null';  -- JSON; null: it was not kept
