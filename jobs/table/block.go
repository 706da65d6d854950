package table

// How much a block holds. A record may pass it, by maxRecord.
const (
	blockText  = 512 << 10 // bytes of cells
	blockRows  = 8192
	freeBlocks = 16 // kept for use again
)

// Block is some thousand records in the file's order. It belongs to whoever got it until Release.
type Block struct {
	First int // number of the first record, 1-based; the header is none

	text    []byte   // cells, a byte after each
	ends    []uint32 // of each cell in text; the next begins a byte later
	records []place
	open    bool // the last record may be part of one with the next
	home    chan *Block
}

// place says where a record lies in its block.
type place struct {
	line      int
	text      uint32 // where its first cell begins
	cells     uint32 // its first cell's index in ends
	faultCell int32
	fault     string
}

// Record is one row of a table. It is valid until its block is released.
type Record struct {
	Line      int    // of its first byte, 1-based; in a workbook the row's number
	Fault     string // why it cannot be used; its cells are then what could be read
	FaultCell int    // which cell, 0-based; -1 for the record as a whole

	text  []byte
	start uint32
	ends  []uint32
}

// Len is the number of records.
func (b *Block) Len() int { return len(b.records) }

// Record returns the i-th record, from 0.
func (b *Block) Record(i int) Record {
	p, last := &b.records[i], len(b.ends)
	if i+1 < len(b.records) {
		last = int(b.records[i+1].cells)
	}
	return Record{p.line, p.fault, int(p.faultCell), b.text, p.text, b.ends[p.cells:last]}
}

// Release gives the block back. Neither it nor its records may be used any more.
func (b *Block) Release() {
	select {
	case b.home <- b:
	default:
	}
}

// Len is the number of cells.
func (r *Record) Len() int { return len(r.ends) }

// Cell returns the i-th cell, from 0, in the file's encoding: a Decoder makes UTF-8 of it.
func (r *Record) Cell(i int) []byte {
	start := r.start
	if i > 0 {
		start = r.ends[i-1] + 1
	}
	return r.text[start:r.ends[i]:r.ends[i]]
}

// newBlock returns an empty block.
func (t *Table) newBlock(first int) *Block {
	var b *Block
	select {
	case b = <-t.free:
	default:
		b = &Block{home: t.free, text: make([]byte, 0, blockText+blockText/4)}
	}
	b.First, b.text, b.ends, b.records = first, b.text[:0], b.ends[:0], b.records[:0]
	b.open = false
	return b
}

// full tells when a block ends. One goes on behind what may be part of a row, but not for ever.
func (b *Block) full() bool {
	return !b.open && b.holds(1) || b.holds(2)
}

func (b *Block) holds(times int) bool {
	return len(b.text) >= times*blockText || len(b.records) >= times*blockRows
}

// begin opens a record.
func (b *Block) begin(line int) {
	b.records = append(b.records, place{line: line, faultCell: -1,
		text: uint32(len(b.text)), cells: uint32(len(b.ends))})
}

// endCell closes the cell that was written to text.
func (b *Block) endCell() {
	b.ends = append(b.ends, uint32(len(b.text)))
	b.text = append(b.text, 0)
}

// last is the record that was begun last.
func (b *Block) last() *place { return &b.records[len(b.records)-1] }

// cells counts those of the last record.
func (b *Block) cells() int { return len(b.ends) - int(b.last().cells) }

// blank tells whether no cell of the last record holds anything.
func (b *Block) blank() bool { return len(b.text)-int(b.last().text) == b.cells() }

// drop takes the last record back.
func (b *Block) drop() {
	p := b.last()
	b.text, b.ends = b.text[:p.text], b.ends[:p.cells]
	b.records = b.records[:len(b.records)-1]
}

// fail makes the last record unusable. What is left of it is one cell, for the operator's eyes.
func (b *Block) fail(raw []byte, cell int, why string) {
	p := b.last()
	p.fault, p.faultCell = why, int32(cell)
	b.text = append(b.text[:p.text], raw...)
	b.ends = b.ends[:p.cells]
	b.endCell()
}
