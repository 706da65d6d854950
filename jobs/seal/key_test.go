package seal

import (
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"sync"
	"testing"
)

func TestAKeyHashesAsHMACDoesWhoeverAsks(t *testing.T) {
	t.Parallel()
	secret := randomKey()
	k, err := newKey(secret)
	if err != nil {
		t.Fatal(err)
	}
	under, err := derive(secret, "blind indexes")
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for i := range 200 {
				value := fmt.Sprint(i)
				h := hmac.New(sha256.New, under)
				h.Write([]byte("name\x00" + value))
				if got := k.Blind("name", value); string(got[:]) != string(h.Sum(nil)[:16]) {
					t.Errorf("blind index of %q", value)
				}
			}
		})
	}
	wg.Wait()
}
