// Package campaign reads a campaign folder: what the operator promised, checked for everything
// that can be known to be wrong before a person is written to.
//
// The operator who reads its messages is in a hurry and has a folder with several mistakes in it,
// so everything wrong is reported at once, each with its place and with what to do. That is why
// the YAML library only parses: the tree is walked here, against the Go types of the manifest,
// and the place of every value is kept for the checks that follow.
//
// Workers never see the folder. They rebuild it with FromSnapshot from the bytes that enqueue
// stored. Both ways run the same code over a small reader of named files, so that what was
// checked is what is sent.
package campaign
