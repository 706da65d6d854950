//go:build soak

package jal_test

import "testing"

func TestTheFilesHoldAllOfTheHundredAndNinetyThousand(t *testing.T) { compareFiles(t, 1) }

func TestAPlanOfEachRevisionFindsAllOfTheHundredAndNinetyThousand(t *testing.T) { comparePlans(t, 1) }
