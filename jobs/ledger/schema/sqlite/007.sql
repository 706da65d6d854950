-- Campaigns whose people were made unreadable, and on which machine each file with personal data lies.

ALTER TABLE campaign ADD COLUMN purged_at INTEGER NOT NULL DEFAULT 0;  -- 0: its people can be read

CREATE TABLE personal_file_2 (
  host     TEXT    NOT NULL,               -- empty: not known
  path     TEXT    NOT NULL,               -- absolute, there
  campaign INTEGER NOT NULL REFERENCES campaign(num),
  made_at  INTEGER NOT NULL,
  PRIMARY KEY (host, path)
) STRICT, WITHOUT ROWID;
INSERT INTO personal_file_2 SELECT '', path, campaign, made_at FROM personal_file;
DROP TABLE personal_file;
ALTER TABLE personal_file_2 RENAME TO personal_file;
