//go:build soak

package identity

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

func TestJoiningAgreesWithTryingAllPairsOfFiveThousandRows(t *testing.T) {
	for seed := range uint64(200) {
		rng := rand.New(rand.NewPCG(seed, 5000))
		t.Run(fmt.Sprintf("case %d", seed), func(t *testing.T) { agree(t, rng, 5000, 2500+rng.IntN(9000)) })
	}
}
