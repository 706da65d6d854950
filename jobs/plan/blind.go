package plan

import (
	"cmp"
	"strings"

	"oshirase/jobs/fold"
	"oshirase/jobs/recipient"
	"oshirase/jobs/seal"
)

// Blinds are the blind indexes by which a person is looked up: e-mail addresses, names, telephone numbers and
// member numbers of all their rows. What a person lacks gives the zero index. home is the country of those
// without one.
func Blinds(key *seal.Key, p recipient.Person, home string) [][16]byte {
	home = cmp.Or(p.Country, home)
	out := [][16]byte{BlindEmail(key, p.Email.Wire), BlindName(key, p.Name), BlindPhone(key, p.Phone, home)}
	for _, wire := range p.Further.Emails {
		out = append(out, BlindEmail(key, wire))
	}
	for _, name := range p.Further.Names {
		out = append(out, BlindName(key, name))
	}
	for _, number := range p.Further.Phones {
		out = append(out, BlindPhone(key, number, home))
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

// BlindName is the index of a name.
func BlindName(key *seal.Key, name string) [16]byte { return key.Blind("name", fold.Name(name)) }

// BlindPhone is the index of a telephone number, as it is dialled in a country (ISO 3166-1 alpha-2).
func BlindPhone(key *seal.Key, number, country string) [16]byte {
	return key.Blind("phone", fold.Phone(number, country))
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
