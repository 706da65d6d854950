package letters

import (
	"io"
	"sync"
	"testing"
)

// BenchmarkTypeset lays out one-page notices whose static blocks are already known.
func BenchmarkTypeset(b *testing.B) {
	p := testPress()
	letters := sampleLetters()
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if _, err := p.Typeset(letters[i%len(letters)]); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "letters/s")
}

// BenchmarkBind makes two print files of 2,500 letters at a time, one on each core.
func BenchmarkBind(b *testing.B) {
	p := testPress()
	letters := sampleLetters()
	const files, each = 2, 2500
	var bytes counter
	for b.Loop() {
		var wg sync.WaitGroup
		for f := range files {
			var w counter
			wg.Go(func() {
				err := p.Bind(&w, Job{Title: "bench", Created: bindDate}, all(each, func(i int) Letter {
					return letters[(f*each+i)%len(letters)]
				}), noPlace)
				if err != nil {
					b.Error(err)
				}
				bytes = w
			})
		}
		wg.Wait()
	}
	b.ReportMetric(float64(b.N*files*each)/b.Elapsed().Seconds(), "letters/s")
	b.ReportMetric(float64(bytes)/each, "bytes/letter")
}

// sampleLetters are made before the clock runs: rendering is not what is measured.
func sampleLetters() []Letter {
	letters := make([]Letter, 5000)
	for i := range letters {
		letters[i] = japaneseLetter(i)
	}
	return letters
}

// counter is a writer that only counts.
type counter int64

func (c *counter) Write(b []byte) (int, error) {
	*c += counter(len(b))
	return len(b), nil
}

var _ io.Writer = (*counter)(nil)

// BenchmarkAddress lays out the block of one person.
func BenchmarkAddress(b *testing.B) {
	s := testPress().setter("ja")
	l := japaneseLetter(1)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.setAddress(l); err != nil {
			b.Fatal(err)
		}
	}
}
