// Package members delivers notices to the operator's own members' page: a message in the member's account,
// beside or in place of the e-mail and the letter.
//
// The page's server is the operator's, and it knows its members by their numbers. So a message carries the
// numbers and the notice, and no address. It goes over HTTPS as a Standard Webhook
// (https://www.standardwebhooks.com): signed, with an id that is the same for every attempt, by which the
// receiver knows what it has already. That makes sending again harmless, and changes what a broken
// connection means: a message whose answer was lost is sent again, where an e-mail would be uncertain.
//
// What an answer means for the next message decides its class. One that is about this message ends this
// message; one that is about us, or about the endpoint, ends nothing: the messages stay where they are until
// somebody has looked.
//
// An operator who would rather fetch than listen gets the same messages as files: a line for each member number,
// in canonical JSON, so that the same messages are the same bytes whoever writes them. What is signed there, with
// Ed25519, is the list of SHA-256 sums beside the file: openssl and sha256sum verify both, and neither end needs
// the whole file in memory.
package members

import "time"

// Type is the kind of every message, with the purpose behind it: notice.first.
const Type = "notice."

// Message is what the page's server gets, as JSON. It has no address, and no name but what the notice says.
type Message struct {
	Type string    `json:"type"`      // Type and the purpose: first, update, withdrawal
	At   time.Time `json:"timestamp"` // of the notice: the same for every attempt
	Data Notice    `json:"data"`
}

// Notice is one person's.
type Notice struct {
	ID        string    `json:"id"`        // of the delivery: the webhook-id
	Members   []string  `json:"members"`   // the person's member numbers, one at least; all of them get it
	Reference string    `json:"reference"` // what the person may quote
	Campaign  string    `json:"campaign"`
	Revision  int       `json:"revision"`
	Purpose   string    `json:"purpose"` // first, update, withdrawal
	Locale    string    `json:"locale"`  // BCP 47
	Subject   string    `json:"subject"`
	Text      string    `json:"text"` // LF line ends
	HTML      string    `json:"html"` // a whole document
	Elements  []Element `json:"elements"`
	Certainty string    `json:"certainty"` // suspected, possible, confirmed, ruled-out
}

// Element is one kind of data that is affected.
type Element struct {
	ID   string `json:"id"`
	Name string `json:"name"` // in the notice's language
}
