-- What rests is seen by everybody, and told in the campaign's own time.

ALTER TABLE worker ADD COLUMN resting TEXT NOT NULL DEFAULT '[]';  -- JSON: the relays that it leaves alone

-- Of the manifest, which is sealed: who shows a campaign has no key. Empty: not known.
ALTER TABLE revision ADD COLUMN zone TEXT NOT NULL DEFAULT '';     -- IANA name

-- Names that look like links, counted by the import: an operator accepts them by this number.
ALTER TABLE revision ADD COLUMN link_names INTEGER NOT NULL DEFAULT -1;  -- people; -1: not known
