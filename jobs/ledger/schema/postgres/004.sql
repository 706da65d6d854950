-- Print files: across batches, with a digest of each page, and where they lie.

-- Of several batches: the one that is named is the first. Names count by serial.
ALTER TABLE print_file ADD COLUMN mixed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE print_file ADD COLUMN serial INTEGER NOT NULL DEFAULT 0;
ALTER TABLE print_file ADD COLUMN page_sums BYTEA NOT NULL DEFAULT '\x';  -- SHA-256 of each page's drawing, in order
UPDATE print_file SET serial = (SELECT count(*) FROM print_file o
  WHERE o.batch = print_file.batch AND o.id <= print_file.id);

CREATE TABLE personal_file (               -- files with personal data, for purge
  path     TEXT    PRIMARY KEY,            -- absolute, on the machine that wrote it
  campaign BIGINT  NOT NULL REFERENCES campaign(num),
  made_at  BIGINT  NOT NULL
);
