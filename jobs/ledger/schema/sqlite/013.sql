-- Companies that are reported to before their people are told.

-- 1: a batch's report contact, who is not one of the people: counted with nobody, and found by nobody.
ALTER TABLE person ADD COLUMN contact INTEGER NOT NULL DEFAULT 0;

ALTER TABLE batch ADD COLUMN contact INTEGER NOT NULL DEFAULT 0;       -- person who gets the report; 0: none goes
ALTER TABLE batch ADD COLUMN report_at INTEGER NOT NULL DEFAULT 0;     -- from when it goes
ALTER TABLE batch ADD COLUMN reporting INTEGER NOT NULL DEFAULT 0;     -- 1 once it was released
ALTER TABLE batch ADD COLUMN acknowledge INTEGER NOT NULL DEFAULT 0;   -- 1: the batch waits for that too
ALTER TABLE batch ADD COLUMN acknowledged INTEGER NOT NULL DEFAULT 0;  -- revision whose report was; 0: none

-- 1: it is the person's own batch, noted where the contact gets a list.
ALTER TABLE membership ADD COLUMN own INTEGER NOT NULL DEFAULT 0;
