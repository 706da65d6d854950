// Package jobs conducts: it feeds deliveries from the ledger into asynq's queues, and works on them.
//
// The queue is disposable. A task carries the ids of one delivery and nothing else; the ledger decides,
// when a worker claims it, whether there is anything to do. So a task that comes twice, late or never
// costs nothing, and Redis may be emptied at any time.
//
// One process at a time feeds, by a lease in the ledger. It opens batches in their order, spends the
// rates, and keeps only a small window of tasks in Redis. Any number of processes work: claim, render,
// deliver, settle.
//
// How a delivery moves (package ledger has the moves; a test compares them with this picture):
//
//	waiting   -release-> ready       a message for the members' page, or a report to a company
//	waiting   -feed----> queued      its batch is open
//	ready     -feed----> queued
//	queued    -unfeed--> ready       its task is gone, or its batch was stopped
//	queued    -claim---> sending     on disk before the first SMTP command
//	ready     -put-----> sending     into a file for the members' page, before its first byte
//	sending   -unsent--> ready       nothing of it went out
//	sending   -sent----> sent
//	sending   -defer---> deferred
//	sending   -refuse--> refused
//	sending   -expire--> expired
//	sending   -doubt---> uncertain   no reply after the final dot, or the worker was lost
//	sending   -block---> blocked     it cannot be rendered
//	deferred  -due-----> ready
//	queued    -typeset-> typeset     a letter: pages laid out and checked
//	queued    -block---> blocked
//	typeset   -bind----> bound       in exactly one print file
//	bound     -hand----> handed      its print file is whole at the mail house
//	handed    -mail----> mailed      so the mail house says
//	handed    -return--> returned    so the post, or the mail house, says
//	mailed    -return--> returned
//	typeset   -block---> blocked     its pages are no longer those that were checked
//	uncertain -resolve-> sent        from evidence: a relay's log, or the worker's own flight log
//	uncertain -resolve-> ready
//	uncertain -resolve-> refused
//	uncertain -resend--> ready       where the campaign prefers a double to a hold
//	sent      -bounce--> bounced     a later server says that it failed after all
//	uncertain -bounce--> bounced     which shows that the relay had it
//	cancelled -reinstate-> ready     a letter: its e-mail had been sent after all, and bounced
//	refused   -spare---> deferred    its provider was blocking, as the breaker found
//	refused   -retry---> ready       an operator's; never from uncertain
//	bounced   -retry---> ready
//	expired   -retry---> ready
//	blocked   -retry---> ready
//	waiting   -cancel--> cancelled   an operator's
//	ready     -cancel--> cancelled
//	queued    -cancel--> cancelled
//	deferred  -cancel--> cancelled
//	typeset   -cancel--> cancelled
//	waiting   -supersede-> superseded  a later revision says something else, or nothing
//	ready     -supersede-> superseded
//	queued    -supersede-> superseded
//	deferred  -supersede-> superseded
//	typeset   -supersede-> superseded
package jobs
