package roster

import (
	"errors"
	"testing"

	"oshirase/jobs/encrypt"
)

func TestAListThatNoRelayWouldTakeIsNotGatheredUp(t *testing.T) {
	t.Parallel()
	to, err := encrypt.For("age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p")
	if err != nil {
		t.Fatal(err)
	}
	out := &bounded{}
	w, err := to.Writer(out)
	if err != nil {
		t.Fatal(err)
	}
	part := make([]byte, 1<<20)
	for range mostList/len(part) + 1 {
		if _, err = w.Write(part); err != nil {
			break
		}
	}
	if err == nil {
		err = w.Close()
	}
	if !errors.Is(err, errFull) || out.Len() > mostList {
		t.Errorf("%d bytes, error %v", out.Len(), err)
	}
}
