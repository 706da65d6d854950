-- The further companies of people: a batch waits until they have been reported to.
CREATE INDEX membership_also ON membership (batch, person) WHERE own = 0;
