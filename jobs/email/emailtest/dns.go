package emailtest

import (
	"encoding/binary"
	"fmt"
	"net"
	"strconv"
	"strings"
)

// DNS is a name server that answers from a table.
type DNS struct {
	conn    net.PacketConn
	records map[string][]string
}

// NewDNS starts a name server on a free UDP port of 127.0.0.1. The table's keys are a type and a name,
// "TXT example.com"; its values are texts, "10 mail.example.com" for MX, an address for A, and "SERVFAIL"
// alone makes it fail. Close it.
func NewDNS(records map[string][]string) (*DNS, error) {
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	d := &DNS{conn, records}
	go d.serve()
	return d, nil
}

// Addr is its host:port.
func (d *DNS) Addr() string { return d.conn.LocalAddr().String() }

// Close ends it.
func (d *DNS) Close() error { return d.conn.Close() }

func (d *DNS) serve() {
	question := make([]byte, 1500)
	for {
		n, from, err := d.conn.ReadFrom(question)
		if err != nil {
			return
		}
		if answer := d.answer(question[:n]); answer != nil {
			_, _ = d.conn.WriteTo(answer, from)
		}
	}
}

const (
	dnsHeader  = 12
	dnsPointer = 0xc000 | dnsHeader // to the name in the question
)

// dnsTypes are those of the table (RFC 1035 3.2.2).
func dnsTypes() map[uint16]string { return map[uint16]string{1: "A", 15: "MX", 16: "TXT"} }

// answer makes a reply (RFC 1035 4.1); nil for what is no question.
func (d *DNS) answer(q []byte) []byte {
	name, end := dnsName(q)
	if end == 0 || len(q) < end+4 {
		return nil
	}
	kind := binary.BigEndian.Uint16(q[end:])
	values := d.records[dnsTypes()[kind]+" "+name]
	code := byte(0)
	switch {
	case len(values) == 1 && values[0] == "SERVFAIL":
		code, values = 2, nil
	case len(values) == 0 && !d.knows(name):
		code = 3
	}
	out := append([]byte(nil), q[:end+4]...)
	out[2], out[3] = 0x85, 0x80|code // an answer with authority; recursion wanted and had
	binary.BigEndian.PutUint16(out[4:], 1)
	binary.BigEndian.PutUint16(out[6:], uint16(len(values)))
	clear(out[8:dnsHeader])
	for _, v := range values {
		data := dnsData(kind, v)
		out = binary.BigEndian.AppendUint16(out, dnsPointer)
		out = binary.BigEndian.AppendUint16(out, kind)
		out = append(out, 0, 1, 0, 0, 0, 1) // class IN, a second to live
		out = binary.BigEndian.AppendUint16(out, uint16(len(data)))
		out = append(out, data...)
	}
	return out
}

func (d *DNS) knows(name string) bool {
	for key := range d.records {
		if _, has, _ := strings.Cut(key, " "); has == name {
			return true
		}
	}
	return false
}

// dnsName reads the name of the question, and where it ends; 0 where there is none.
func dnsName(q []byte) (name string, end int) {
	var labels []string
	for i := dnsHeader; i < len(q); {
		n := int(q[i])
		i++
		if n == 0 {
			return strings.ToLower(strings.Join(labels, ".")), i
		}
		if n > 63 || i+n > len(q) {
			return "", 0
		}
		labels = append(labels, string(q[i:i+n]))
		i += n
	}
	return "", 0
}

func dnsData(kind uint16, value string) (data []byte) {
	switch dnsTypes()[kind] {
	case "A":
		return net.ParseIP(value).To4()
	case "MX":
		preference, host, _ := strings.Cut(value, " ")
		n, _ := strconv.ParseUint(preference, 10, 16)
		data = binary.BigEndian.AppendUint16(nil, uint16(n))
		for label := range strings.SplitSeq(strings.Trim(host, "."), ".") {
			if label != "" {
				data = append(append(data, byte(len(label))), label...)
			}
		}
		return append(data, 0)
	}
	for part := value; ; {
		n := min(len(part), 255)
		data = append(append(data, byte(n)), part[:n]...)
		if part = part[n:]; part == "" {
			return data
		}
	}
}
