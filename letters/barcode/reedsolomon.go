package barcode

// galois are the powers and logarithms of 2 in the field of 256 elements over x⁸+x⁵+x³+x²+1, which is
// Data Matrix's (ISO/IEC 16022, annex E); QR's field is another.
var galois = func() (t struct {
	power [510]byte
	log   [256]int
}) {
	for i, v := 0, 1; i < 255; i++ {
		t.power[i], t.power[i+255], t.log[v] = byte(v), byte(v), i
		if v <<= 1; v > 255 {
			v ^= 0x12d
		}
	}
	return t
}()

func times(a, b byte) byte {
	if a == 0 || b == 0 {
		return 0
	}
	return galois.power[galois.log[a]+galois.log[b]]
}

// checkGenerator is the polynomial whose roots are 2¹ to 2ⁿ, without its leading 1, highest power first.
func checkGenerator(n int) []byte {
	g := make([]byte, n+1)
	g[n] = 1
	for i := 1; i <= n; i++ {
		root := galois.power[i]
		for k := n - i; k < n; k++ {
			g[k] = g[k+1] ^ times(g[k], root)
		}
		g[n] = times(g[n], root)
	}
	return g[1:]
}

// checkWords is the remainder of the words' polynomial by the generator: the words that let a reader
// mend half as many damaged ones.
func checkWords(words, generator []byte) []byte {
	check := make([]byte, len(generator), 2*len(generator))
	for _, w := range words {
		factor := w ^ check[0]
		copy(check, check[1:])
		check[len(check)-1] = 0
		for i, g := range generator {
			check[i] ^= times(factor, g)
		}
	}
	return check
}
