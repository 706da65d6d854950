package jtb

// addElements counts people by what was taken of them: all that their rows have, and nothing that none of them has.
func (t *Truth) addElements(g *groups) {
	switch {
	case g.out:
		return
	case g.single:
		t.addSingles(g)
	default:
		for who := range roles {
			t.addRole(g, who)
		}
	}
}

// addSingles counts people of one row, of which something may have been left out.
func (t *Truth) addSingles(g *groups) {
	t.addAlways(g, g.n)
	for i := range g.n {
		x := row{entry: g.rows[0], luck: luckOf(uint64(g.person+i) << 8)}
		x.forget()
		t.addGiven(x.entry, 1)
	}
}

// addRole counts the people of one role in all groups: what any row of theirs has.
func (t *Truth) addRole(g *groups, who who) {
	found, given := false, entry{born: missing, line: missing, reach: missing}
	for _, e := range g.rows {
		if e.who != who {
			continue
		}
		found = true
		if e.born == own {
			given.born = own
		}
		if e.line == own {
			given.line = own
		}
		if e.reach != missing { // an agency's mailbox is in their row too
			given.reach = own
		}
	}
	if found {
		t.addAlways(g, g.n)
		t.addGiven(given, g.n)
	}
}

// addAlways counts what everybody's row has. Only a Japanese name has its kana.
func (t *Truth) addAlways(g *groups, n int) {
	for _, element := range []string{"name", "name_roman", "gender", "address", "postcode"} {
		t.Elements[element] += n
	}
	if g.tongue == inJapanese {
		t.Elements["name_kana"] += n
	}
}

// addGiven counts what a person's rows may lack.
func (t *Truth) addGiven(e entry, n int) {
	if e.born == own {
		t.Elements["birth_date"] += n
	}
	if e.reach == own {
		t.Elements["email"] += n
	}
	if e.line == own {
		t.Elements["phone"] += n
	}
}
