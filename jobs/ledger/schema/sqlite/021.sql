-- Where the ledger goes on, once it was copied to a server: nothing is written here any more.
ALTER TABLE identity ADD COLUMN gone_to TEXT NOT NULL DEFAULT '';  -- host and database
ALTER TABLE identity ADD COLUMN gone_by TEXT NOT NULL DEFAULT '';  -- the copy that said so
