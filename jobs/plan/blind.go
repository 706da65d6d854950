package plan

import (
	"strings"

	"oshirase/jobs/fold"
	"oshirase/jobs/recipient"
	"oshirase/jobs/seal"
)

// Blinds are the blind indexes by which a person is looked up: e-mail address, name, and member
// numbers. What a person lacks gives the zero index.
func Blinds(key *seal.Key, p recipient.Person) [][16]byte {
	out := [][16]byte{
		BlindEmail(key, p.Email.Wire),
		key.Blind("name", fold.Name(p.Name)),
	}
	for _, id := range p.IDs {
		out = append(out, BlindMember(key, id))
	}
	return out
}

// BlindEmail is the index of an e-mail address in its wire form.
func BlindEmail(key *seal.Key, wire string) [16]byte {
	return key.Blind("email", fold.Email(wire))
}

// BlindMember is the index of a member number.
func BlindMember(key *seal.Key, id string) [16]byte {
	return key.Blind("member", fold.Text(id))
}

// BlindDomain is the index of an address's domain, for retries by domain.
func BlindDomain(key *seal.Key, domain string) [16]byte {
	return key.Blind("domain", strings.ToLower(domain))
}

// Domain is what follows the last @ of an address.
func Domain(address string) string { return address[strings.LastIndexByte(address, '@')+1:] }
