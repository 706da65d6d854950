-- Whether a message on the members' page makes somebody told.

ALTER TABLE campaign ADD COLUMN page_tells INTEGER NOT NULL DEFAULT 0;
