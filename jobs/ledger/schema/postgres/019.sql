-- How often deliveries were sent again after they were uncertain is asked with every status, and a journal grows with
-- every lookup.
CREATE INDEX journal_resend ON journal (campaign, n) WHERE verb = 'resend';
