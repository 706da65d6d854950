//go:build soak

package jtb_test

import (
	"testing"

	"oshirase/config/programmes/jtb"
)

func TestAPlanFindsAllOfTheSixMillionSevenHundredAndNinetyThousand(t *testing.T) {
	comparePlan(t, jtb.Scaled(1))
}
