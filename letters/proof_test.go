package letters

import (
	"bytes"
	"strings"
	"testing"
)

func proofOf(t *testing.T, envelope string, l Letter) []byte {
	t.Helper()
	p, err := NewPress(Embedded(), envelope)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := p.Proof(&b, "proof", bindDate, l); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestAProofIsTheLetterWithALayerOnTop(t *testing.T) {
	t.Parallel()
	for _, name := range Envelopes() {
		proof := proofOf(t, name, englishLetter(1))
		if !bytes.Contains(proof, []byte("/OCG")) {
			t.Errorf("%s: the proof is no layer", name)
		}
		tool(t, proof, "qpdf", "--check", "FILE")
		text := strings.Join(pagesOf(t, proof), "")
		e, _ := EnvelopeNamed(name)
		if strings.Count(text, "fold at") != len(e.Folds) {
			t.Errorf("%s: folds %v in %q", name, e.Folds, text)
		}
		for _, want := range []string{"PROOF, not for print", "always shows", "may show",
			"What you can do", "Ms Jane Sample"} {
			if !strings.Contains(text, want) {
				t.Errorf("%s: no %q", name, want)
			}
		}
	}
}

func TestTheLayerIsOnEveryPageAndTheWindowOnTheFirst(t *testing.T) {
	t.Parallel()
	l := japaneseLetter(1)
	for range 12 {
		l.Document.Blocks = append(l.Document.Blocks, para(strings.Repeat(sentence, 4)))
	}
	pages := pagesOf(t, proofOf(t, "jp-chou3", l))
	if len(pages) < 2 {
		t.Fatalf("%d pages", len(pages))
	}
	for i, text := range pages {
		if !strings.Contains(text, "fold at 99 mm") {
			t.Errorf("page %d has no folds", i+1)
		}
		if strings.Contains(text, "always shows") != (i == 0) {
			t.Errorf("page %d: %s", i+1, text)
		}
	}
}

func TestAProofIsTheSameTwice(t *testing.T) {
	t.Parallel()
	if !bytes.Equal(proofOf(t, "din-b", englishLetter(1)), proofOf(t, "din-b", englishLetter(1))) {
		t.Error("two proofs of one letter differ")
	}
}

func TestALetterThatCannotBePrintedHasNoProof(t *testing.T) {
	t.Parallel()
	l := englishLetter(1)
	l.Address.Lines = nil
	var b bytes.Buffer
	if err := testPress().Proof(&b, "proof", bindDate, l); err == nil || b.Len() > 0 {
		t.Errorf("%d bytes, %v", b.Len(), err)
	}
}
