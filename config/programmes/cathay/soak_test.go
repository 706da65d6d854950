//go:build soak

package cathay_test

import "testing"

func TestAPlanFindsAllOfTheNineMillionFourHundredThousand(t *testing.T) { comparePlan(t, 1) }
