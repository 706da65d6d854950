package letters

// mm is one millimetre in points, the unit of all layout.
const mm = 72 / 25.4

// A4 in points, as the PDF library writes it.
const (
	paperWidth  = 595.28
	paperHeight = 841.89
)

// frame is a rectangle on the sheet, in points from its top left corner.
type frame struct{ left, top, width, height float64 }

func (f frame) bottom() float64 { return f.top + f.height }
func (f frame) right() float64  { return f.left + f.width }

// around is the least frame around two.
func (f frame) around(g frame) frame {
	left, top := min(f.left, g.left), min(f.top, g.top)
	return frame{left, top, max(f.right(), g.right()) - left, max(f.bottom(), g.bottom()) - top}
}

// within is the part of a frame inside another, of a size below zero where there is none.
func (f frame) within(g frame) frame {
	left, top := max(f.left, g.left), max(f.top, g.top)
	return frame{left, top, min(f.right(), g.right()) - left, min(f.bottom(), g.bottom()) - top}
}

// window is what an envelope means for the sheet behind it.
type window struct {
	address frame   // shows wherever the sheet lies, and is kept for the address
	ret     frame   // the same, for the return address; zero where there is none
	line    bool    // the return address is one line above the block, not a block of its own
	shows   frame   // around all that may show through a window
	may     []frame // that, window by window
	rest    []frame // what shows of a sheet that stands on the envelope's lower left corner
}

// safe is the part of the window that shows however the sheet lies.
func (w window) safe() frame { return w.address }

// reach is the part of the sheet that windows may show. Nothing but addresses is printed there.
func (w window) reach() frame { return w.shows }

// apart reports a return address in a window of its own.
func (w window) apart() bool { return w.ret != frame{} && !w.line }

// unprinted is the edge of a sheet that printers leave white, in millimetres.
const unprinted = 5

// panel is the part of the sheet that lies behind the window and can be printed: down to the first
// fold, for the next panel is behind this one.
func (e Envelope) panel() frame {
	bottom := float64(sheetHeight)
	if len(e.Folds) > 0 {
		bottom = e.Folds[0]
	}
	return frame{unprinted * mm, unprinted * mm, (sheetWidth - 2*unprinted) * mm, (bottom - unprinted) * mm}
}

// lay finds the windows on the sheet.
func (e Envelope) lay() window {
	w := window{address: e.always(e.Window).within(e.panel()), shows: e.ever(e.Window)}
	w.may, w.rest = []frame{w.shows}, []frame{e.span(e.Window)}
	switch {
	case e.Sender != Rect{}:
		w.ret = e.always(e.Sender).within(e.panel())
		w.may, w.rest = append(w.may, e.ever(e.Sender)), append(w.rest, e.span(e.Sender))
		w.shows = w.shows.around(w.may[1])
	case e.ReturnLine > 0:
		w.line = true
		w.ret = w.address
		w.ret.height = e.ReturnLine * mm
		w.address.top += w.ret.height
		w.address.height -= w.ret.height
	}
	return w
}

// span is the window as it lies on the sheet when this stands on the envelope's lower left corner.
func (e Envelope) span(r Rect) frame {
	top := r.Top
	if !e.plain() {
		height, hang := e.packet()
		top -= e.Height - height + hang
	}
	return frame{r.Left * mm, top * mm, r.Width * mm, r.Height * mm}
}

// always is the part of the sheet that a window shows wherever the sheet lies. A sheet that moves
// right and up takes the window left and down.
func (e Envelope) always(r Rect) frame {
	f, s := e.span(r), e.slack()
	f.width -= s.Across * mm
	f.top, f.height = f.top+s.Up*mm, f.height-s.Up*mm
	return f
}

// ever is the part that a window shows somewhere.
func (e Envelope) ever(r Rect) frame {
	f, s := e.span(r), e.slack()
	f.left, f.width = f.left-s.Across*mm, f.width+s.Across*mm
	f.height += s.Up * mm
	return f
}
