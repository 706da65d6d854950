package barcode

import (
	"slices"
	"sync"
)

// dataMatrixSizes are the square symbols of one data region (ISO/IEC 16022, table 7). Larger ones hold
// more than a mark needs.
var dataMatrixSizes = []struct{ size, data, check int }{
	{10, 3, 5}, {12, 5, 7}, {14, 8, 10}, {16, 12, 12}, {18, 18, 14}, {20, 22, 18},
	{22, 30, 20}, {24, 36, 24}, {26, 44, 28},
}

// dataMatrixFrames builds the part of each size that is the same in every symbol, once.
var dataMatrixFrames = func() []func() dataMatrixFrame {
	var frames []func() dataMatrixFrame
	for _, s := range dataMatrixSizes {
		frames = append(frames, sync.OnceValue(func() dataMatrixFrame {
			return newDataMatrixFrame(s.size, s.data+s.check, s.check)
		}))
	}
	return frames
}()

// dataMatrixFrame is a size's fixed modules, the place of each bit of its codewords, highest bit first,
// and the generator of its check words.
type dataMatrixFrame struct {
	rows      []uint64
	places    []place
	generator []byte
}

type place struct{ x, y uint8 }

// DataMatrix encodes a payload of ASCII as Data Matrix ECC 200 (ISO/IEC 16022), in the smallest square
// symbol that holds it; pairs of digits take one codeword. Its longest payload is 88 digits or 44 other
// characters. It errs on an empty one too.
func DataMatrix(payload string) (Matrix, error) {
	if err := checkPayload(payload); err != nil {
		return Matrix{}, err
	}
	words := asciiWords(payload)
	for i, s := range dataMatrixSizes {
		if len(words) <= s.data {
			return drawDataMatrix(dataMatrixFrames[i](), padWords(words, s.data), s.size), nil
		}
	}
	return Matrix{}, errTooLong
}

// asciiWords is the ASCII encodation (5.2.3).
func asciiWords(payload string) []byte {
	words := make([]byte, 0, 72)
	for i := 0; i < len(payload); i++ {
		c := payload[i]
		if digit(rune(c)) && i+1 < len(payload) && digit(rune(payload[i+1])) {
			i++
			words = append(words, 130+10*(c-'0')+payload[i]-'0')
			continue
		}
		words = append(words, c+1)
	}
	return words
}

// padWords fills up to n words: a mark for the end, then words that spread ink evenly (annex B.1).
func padWords(words []byte, n int) []byte {
	if len(words) < n {
		words = append(words, 129)
	}
	for len(words) < n {
		pad := 130 + 149*(len(words)+1)%253
		if pad > 254 {
			pad -= 254
		}
		words = append(words, byte(pad))
	}
	return words
}

func drawDataMatrix(f dataMatrixFrame, words []byte, size int) Matrix {
	words = append(words, checkWords(words, f.generator)...)
	m := Matrix{size: size, quiet: 1, rows: slices.Clone(f.rows)}
	for i, w := range words {
		for b, p := range f.places[8*i : 8*i+8] {
			m.rows[p.y] |= uint64(w>>(7-b)&1) << p.x
		}
	}
	return m
}

func newDataMatrixFrame(size, words, check int) dataMatrixFrame {
	f := dataMatrixFrame{rows: make([]uint64, size), generator: checkGenerator(check)}
	for i := range size {
		f.rows[i] |= 1
		f.rows[size-1] |= 1 << i
		if i%2 == 0 {
			f.rows[0] |= 1 << i
		} else {
			f.rows[i] |= 1 << (size - 1)
		}
	}
	walk := newPlacement(size - 2)
	f.places = walk.places(words)
	// Where the region's size leaves four modules over, the corner is a fixed pattern (annex F.3).
	if last := size - 3; !walk.taken[last*walk.n+last] {
		f.rows[last+1] |= 1 << (last + 1)
		f.rows[last] |= 1 << last
	}
	return f
}
