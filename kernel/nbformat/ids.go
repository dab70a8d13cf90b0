package nbformat

import "fmt"

// nameCells gives ids to cells that have none, a malformed one, or one that
// an earlier cell has. Python's nbformat draws random words here; ours come
// from the position, so that reading is a function of the file.
func (nb *Notebook) nameCells() {
	kept := make(map[string]bool)
	var nameless []int
	for i, c := range nb.Cells {
		if !validID(c.ID) || kept[c.ID] {
			nameless = append(nameless, i)
			continue
		}
		kept[c.ID] = true
	}
	for _, i := range nameless {
		nb.Cells[i].ID = FreeID(fmt.Sprintf("cell-%d", i+1), kept)
		kept[nb.Cells[i].ID] = true
	}
}

// FreeID returns want if it is not taken, else want-2, want-3, ...
func FreeID(want string, taken map[string]bool) string {
	id := want
	for n := 2; taken[id]; n++ {
		id = fmt.Sprintf("%s-%d", want, n)
	}
	return id
}

func validID(id string) bool {
	if len(id) < 1 || len(id) > 64 {
		return false
	}
	for _, r := range []byte(id) {
		switch {
		case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9', r == '-', r == '_':
		default:
			return false
		}
	}
	return true
}
