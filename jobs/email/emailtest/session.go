package emailtest

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"unicode/utf8"
)

const bufferBytes = 16 << 10

var errCut = errors.New("connection cut by script")

// session is one connection.
type session struct {
	server *Server
	conn   net.Conn
	in     *bufio.Reader
	out    *bufio.Writer
	number int

	encrypted, proved bool
	greeted           bool
	messages          int
	mail              Received
	open              bool  // MAIL was taken
	utf8              bool  // with SMTPUTF8 (RFC 6531)
	begin             bool  // DATA goes on without recipients
	verdict           Reply // of the recipient, for a later stage
	body              []byte
}

func newSession(s *Server, conn net.Conn, number int) *session {
	c := &session{server: s, number: number}
	c.use(conn)
	return c
}

// use reads and writes by conn from now on; what was read ahead is dropped (RFC 3207 4.2).
func (c *session) use(conn net.Conn) {
	c.conn = conn
	c.in = bufio.NewReaderSize(conn, bufferBytes)
	c.out = bufio.NewWriterSize(conn, bufferBytes)
}

func (c *session) run() {
	if c.server.options.Implicit && c.encrypt() != nil {
		return
	}
	err := c.greet()
	for err == nil {
		if err = c.flushIfIdle(); err == nil {
			err = c.next()
		}
	}
	c.out.Flush()
	c.conn.Close()
}

func (c *session) greet() error {
	if c.server.crowded() {
		return errors.Join(c.write("421 4.7.0 Too many connections"), errCut)
	}
	return c.say(Greeting, "220 emailtest ESMTP")
}

// flushIfIdle lets the replies to pipelined commands travel together.
func (c *session) flushIfIdle() error {
	if c.in.Buffered() > 0 {
		return nil
	}
	return c.out.Flush()
}

func (c *session) readLine() (string, error) {
	line, err := c.in.ReadSlice('\n')
	return strings.TrimRight(string(line), "\r\n"), err
}

func (c *session) next() error {
	line, err := c.readLine()
	if err != nil {
		return err
	}
	verb, rest, _ := strings.Cut(line, " ")
	switch strings.ToUpper(verb) {
	case "EHLO", "HELO":
		return c.hello(strings.EqualFold(verb, "EHLO"))
	case "STARTTLS":
		return c.startTLS()
	case "AUTH":
		return c.auth(rest)
	case "MAIL":
		return c.from(rest)
	case "RCPT":
		return c.to(rest)
	case "DATA":
		return c.data()
	case "RSET":
		c.clear()
		return c.say(Reset, "250 2.0.0 Reset")
	case "NOOP":
		return c.write("250 2.0.0 OK")
	case "QUIT":
		return errors.Join(c.say(Quit, "221 2.0.0 Bye"), io.EOF)
	}
	return c.write("500 5.5.2 Unknown command")
}

// ask asks the script.
func (c *session) ask(stage Stage) Action {
	if c.server.options.Script == nil {
		return Action{}
	}
	e := Event{Conn: c.number, Message: c.messages, Stage: stage, ReturnPath: c.mail.ReturnPath}
	if n := len(c.mail.Recipients); n > 0 {
		e.Recipient = c.mail.Recipients[n-1]
	}
	return c.server.options.Script(e)
}

// say writes the usual reply, or what the script wants in its place.
func (c *session) say(stage Stage, usual string) error { return c.do(c.ask(stage), usual) }

func (c *session) do(a Action, usual string) error {
	if wait := a.Delay + c.server.options.Delay; wait > 0 {
		c.out.Flush()
		c.server.sleep(wait)
	}
	if a.Line == "" && a.Close {
		return errCut
	}
	if err := c.reply(a, usual); err != nil {
		return err
	}
	if a.Unasked != "" {
		c.write(a.Unasked)
	}
	if a.Close {
		return errCut
	}
	return nil
}

func (c *session) reply(a Action, usual string) error {
	text := usual + "\r\n"
	switch {
	case a.Raw:
		text = a.Line
	case a.Line != "":
		text = a.Line + "\r\n"
	}
	if !a.Split {
		_, err := c.out.WriteString(text)
		return err
	}
	for _, b := range []byte(text) {
		c.out.WriteByte(b)
		if err := c.out.Flush(); err != nil {
			return err
		}
		if a.Drip > 0 {
			c.server.sleep(a.Drip)
		}
	}
	return nil
}

func (c *session) write(line string) error {
	c.out.WriteString(line)
	_, err := c.out.WriteString("\r\n")
	return err
}

func (c *session) clear() {
	c.mail, c.open, c.begin, c.verdict = Received{}, false, false, Reply{}
}

func (c *session) hello(extended bool) error {
	c.clear()
	c.greeted = true
	if !extended {
		return c.say(EHLO, "250 emailtest")
	}
	lines := []string{"emailtest", "8BITMIME", "ENHANCEDSTATUSCODES", "DSN", "SIZE 52428800"}
	o := c.server.options
	if !o.NoPipelining {
		lines = append(lines, "PIPELINING")
	}
	if o.SMTPUTF8 {
		lines = append(lines, "SMTPUTF8")
	}
	if o.STARTTLS && !c.encrypted {
		lines = append(lines, "STARTTLS")
	}
	if o.User != "" && c.encrypted == (c.server.tls != nil) {
		lines = append(lines, "AUTH "+strings.Join(o.Mechanisms, " "))
	}
	last := len(lines) - 1
	return c.say(EHLO, "250-"+strings.Join(lines[:last], "\r\n250-")+"\r\n250 "+lines[last])
}

func (c *session) startTLS() error {
	if !c.server.options.STARTTLS || c.encrypted {
		return c.write("503 5.5.1 No STARTTLS here")
	}
	if err := c.say(STARTTLS, "220 2.0.0 Go on"); err != nil {
		return err
	}
	if err := c.out.Flush(); err != nil {
		return err
	}
	c.greeted = false
	return c.encrypt()
}

func (c *session) encrypt() error {
	conn := tls.Server(c.conn, c.server.tls)
	if err := conn.Handshake(); err != nil {
		return err
	}
	c.encrypted = true
	c.use(conn)
	return nil
}

func (c *session) from(arg string) error {
	c.messages++
	o := c.server.options
	switch path, ok := cutPath(arg, "FROM:"); {
	case !c.greeted:
		return c.write("503 5.5.1 EHLO first")
	case o.STARTTLS && !c.encrypted:
		return c.write("530 5.7.0 STARTTLS first")
	case o.User != "" && !c.proved:
		return c.write("530 5.7.0 AUTH first")
	case c.open:
		return c.write("503 5.5.1 Nested MAIL")
	case !ok:
		return c.write("501 5.5.4 MAIL FROM:<path>")
	case hasParameter(arg, "SMTPUTF8") && !o.SMTPUTF8:
		return c.write("555 5.5.4 SMTPUTF8 is not offered")
	default:
		c.mail = Received{Conn: c.number, ReturnPath: path}
		a := c.ask(Mail)
		c.open = accepts(a)
		c.utf8 = hasParameter(arg, "SMTPUTF8")
		return c.do(a, "250 2.1.0 Sender ok")
	}
}

func (c *session) to(arg string) error {
	path, ok := cutPath(arg, "TO:")
	if !c.open {
		return c.write("503 5.5.1 MAIL first")
	}
	if !ok {
		return c.write("501 5.5.4 RCPT TO:<path>")
	}
	if !c.utf8 && strings.ContainsFunc(path, func(r rune) bool { return r >= utf8.RuneSelf }) {
		return c.write("553 5.6.7 MAIL was without SMTPUTF8")
	}
	c.mail.Recipients = append(c.mail.Recipients, path)
	a := c.ask(Rcpt)
	c.verdict = c.server.arrived(path)
	if a == (Action{}) && (c.verdict.At == "" || c.verdict.At == Rcpt) {
		a = c.verdict.action()
	}
	if c.begin = a.Begin; !accepts(a) {
		c.mail.Recipients = c.mail.Recipients[:len(c.mail.Recipients)-1]
	}
	return c.do(a, "250 2.1.5 Recipient ok")
}

func (c *session) data() error {
	if len(c.mail.Recipients) == 0 && !c.begin {
		return c.say(Data, "554 5.5.1 No valid recipients")
	}
	a := c.at(Data)
	if err := c.do(a, "354 End with a dot"); err != nil || !accepts(a) {
		return err
	}
	if err := c.out.Flush(); err != nil {
		return err
	}
	if a := c.ask(Body); a.Close {
		c.out.WriteString(a.Line)
		io.CopyN(io.Discard, c.in, int64(a.After))
		return errCut
	}
	if err := c.readBody(); err != nil {
		return err
	}
	return c.dot()
}

// at asks the script and then the recipient's own verdict.
func (c *session) at(stage Stage) Action {
	a := c.ask(stage)
	if a == (Action{}) && c.verdict.At == stage {
		return c.verdict.action()
	}
	return a
}

func (c *session) dot() error {
	a := c.at(Dot)
	if accepts(a) && !a.Discard {
		c.server.keep(c.mail)
	}
	c.clear()
	return c.do(a, "250 2.0.0 Ok: queued")
}

// readBody reads up to the final dot and takes the added dots away (RFC 5321 4.5.2).
func (c *session) readBody() error {
	c.body = c.body[:0]
	for start := true; ; {
		line, err := c.in.ReadSlice('\n')
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return err
		}
		if start && line[0] == '.' {
			if string(line) == ".\r\n" {
				break
			}
			line = line[1:]
		}
		c.body = append(c.body, line...)
		start = err == nil
	}
	c.mail.MessageID = messageID(c.body)
	if o := c.server.options; !o.Forget || o.OnMessage != nil {
		c.mail.Data = slices.Clone(c.body)
	}
	return nil
}

func messageID(message []byte) string {
	for line := range bytes.Lines(message) {
		const name = "message-id:"
		line = bytes.TrimSpace(line)
		if len(line) == 0 {
			return ""
		}
		if len(line) > len(name) && strings.EqualFold(string(line[:len(name)]), name) {
			return strings.Trim(string(line[len(name):]), " <>")
		}
	}
	return ""
}

// hasParameter tells whether a command names an extension behind its path.
func hasParameter(arg, name string) bool {
	parameters := arg[strings.LastIndexByte(arg, '>')+1:]
	return slices.Contains(strings.Fields(strings.ToUpper(parameters)), name)
}

// cutPath takes the path out of "FROM:<path> PARAMS". A quoted local part may hold an angle
// bracket.
func cutPath(arg, prefix string) (string, bool) {
	if len(arg) < len(prefix) || !strings.EqualFold(arg[:len(prefix)], prefix) {
		return "", false
	}
	rest, ok := strings.CutPrefix(strings.TrimLeft(arg[len(prefix):], " "), "<")
	quoted := false
	for i := 0; ok && i < len(rest); i++ {
		switch {
		case rest[i] == '\\' && quoted:
			i++
		case rest[i] == '"':
			quoted = !quoted
		case rest[i] == '>' && !quoted:
			return rest[:i], true
		}
	}
	return "", false
}

// accepts says whether the client's command has taken effect.
func accepts(a Action) bool {
	return a.Line == "" || a.Line[0] == '2' || a.Line[0] == '3'
}

// action is the reply as something a session does.
func (r Reply) action() Action {
	if r.Code == 0 {
		return Action{Close: r.Close}
	}
	return Action{Line: fmt.Sprintf("%d %s", r.Code, r.Text), Close: r.Close}
}
