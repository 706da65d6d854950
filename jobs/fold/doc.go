// Package fold makes values comparable that people and systems write in several ways. What it returns
// is for matching only: it changes characters that people are particular about in their names. The
// form that was registered is kept and printed.
//
// It is conservative. Two rows that are not joined cost a second letter; two people who are joined cost
// one of them the notice. What could be two people's therefore stays apart: hiragana and katakana in a
// name, Müller and Mueller, the tones of Vietnamese, and the forms of a Chinese character in Beijing
// and Taipei where Japan does not count them as one.
//
// Every fold has a form that appends to a buffer. Millions of rows go through it.
package fold
