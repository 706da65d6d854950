-- What names the ledger wherever it lies, for the flight logs of its workers.
CREATE TABLE identity (
  id TEXT NOT NULL
);
INSERT INTO identity (id) VALUES (replace(CAST(gen_random_uuid() AS TEXT), '-', ''));
