package letters

// placement is a stretch of a part's boxes on a page, from the top of the first in points.
type placement struct {
	part     *laid
	from, to int
	top      float64
}

// page is one side of a sheet: what the letter flows into it and what is printed on every page.
type page []placement

// place is a box of the flow: its part, its number in it, and whether it stays with the next.
type place struct {
	part *laid
	box  int
	keep bool
}

func (p place) get() *box { return &p.part.boxes[p.box] }

// paginator puts a flow of boxes onto pages.
type paginator struct {
	pages  []page
	y      float64
	empty  bool // nothing has flowed onto the current page
	bottom float64
}

// flow lists the boxes of the body and of the closing after what out has. A page break at the body's
// end is left out.
func flow(out []place, body []*laid, closing *laid) []place {
	for _, part := range body {
		for i := range part.boxes {
			out = append(out, place{part, i, part.boxes[i].keep})
		}
	}
	for len(out) > 0 && out[len(out)-1].get().eject {
		out = out[:len(out)-1]
	}
	holdEnd(out, len(closing.boxes) > 0)
	for i := range closing.boxes {
		out = append(out, place{closing, i, closing.boxes[i].keep})
	}
	return out
}

// leastEnd is how many lines of the body a last page has at least.
const leastEnd = 2

// holdEnd keeps the end of the body together, and with the closing if there is one, so that the
// last page never holds only a signature, a closing word or a single line.
func holdEnd(body []place, closing bool) {
	lines := 0
	for i := len(body) - 1; i >= 0 && lines < leastEnd; i-- {
		b := body[i].get()
		if b.eject {
			return
		}
		body[i].keep = body[i].keep || closing || i < len(body)-1
		if b.height > 0 && !b.end {
			lines++
		}
	}
}

// paginate fills the pages. Boxes that stay together go to the next page together, unless they are
// more than a page: then they are split like others.
func paginate(boxes []place, top float64) []page {
	p := &paginator{pages: make([]page, 1, 2), y: top, empty: true,
		bottom: paperHeight - bottomMargin}
	eject := false
	for i := 0; i < len(boxes); {
		if boxes[i].get().eject {
			eject = true
			i++
			continue
		}
		end, needs := group(boxes, i)
		if eject && !p.empty || p.y+needs > p.bottom && p.starts(needs) {
			p.next(boxes[i].get().above)
		}
		eject = false
		for ; i < end; i++ {
			p.put(boxes[i])
		}
	}
	return p.pages
}

// starts reports whether a group that does not fit is better off on a new page.
func (p *paginator) starts(needs float64) bool {
	return !p.empty || len(p.pages) == 1 && needs <= p.bottom-topMargin
}

// group finds the boxes that stay together from i on, and their height with the space above.
func group(boxes []place, i int) (end int, needs float64) {
	for end = i; end < len(boxes); end++ {
		b := boxes[end].get()
		if b.eject {
			return end, needs
		}
		needs += b.glue + b.height
		if !boxes[end].keep {
			return end + 1, needs
		}
	}
	return end, needs
}

// next begins a page, with a table's header where one goes on. The header counts for nothing: what
// follows it must go onto this page.
func (p *paginator) next(header *laid) {
	p.pages = append(p.pages, nil)
	p.y, p.empty = topMargin, true
	if header != nil {
		p.pages[len(p.pages)-1] = page{{header, 0, len(header.boxes), p.y}}
		p.y += height(header.boxes)
	}
}

// put places one box, on a new page where it would leave this one.
func (p *paginator) put(x place) {
	b := x.get()
	glue := b.glue
	if p.empty && len(p.pages) > 1 {
		glue = 0
	}
	if p.y+glue+b.height > p.bottom && !p.empty {
		p.next(b.above)
		glue = 0
	}
	p.y += glue
	p.add(x, p.y)
	p.y += b.height
	p.empty = false
}

// add joins a box to the placement before where it directly follows.
func (p *paginator) add(x place, top float64) {
	last := &p.pages[len(p.pages)-1]
	if n := len(*last); n > 0 {
		if prev := &(*last)[n-1]; prev.part == x.part && prev.to == x.box {
			prev.to++
			return
		}
	}
	if *last == nil {
		*last = make(page, 0, 24)
	}
	*last = append(*last, placement{x.part, x.box, x.box + 1, top})
}
