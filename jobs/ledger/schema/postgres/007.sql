-- Campaigns whose people were made unreadable, and on which machine each file with personal data lies.

ALTER TABLE campaign ADD COLUMN purged_at BIGINT NOT NULL DEFAULT 0;   -- 0: its people can be read

ALTER TABLE personal_file ADD COLUMN host TEXT NOT NULL DEFAULT '';    -- of path; empty: not known
ALTER TABLE personal_file DROP CONSTRAINT personal_file_pkey;
ALTER TABLE personal_file ADD PRIMARY KEY (host, path);
