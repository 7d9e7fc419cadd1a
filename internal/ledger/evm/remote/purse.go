package remote

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"
	"sync"
	"time"

	"tally/internal/disk"
)

// Errors of a purse.
var (
	// ErrBudget says that the relayers have spent what they may in a day.
	ErrBudget = errors.New("the relayers' budget of this UTC day is used up: nothing is sent until the next")
	// ErrPurse says that the file with what was spent cannot be read or written.
	ErrPurse = errors.New("the file with what the relayers spent")
)

// Budget bounds what all relayers of a process spend.
type Budget struct {
	// Daily is how many wei a UTC day; 0 for no bound.
	Daily Wei
	// File is where what was spent is kept, so that a restart does not make it
	// anew. Without it a restart does.
	File string
}

// A purse counts what relayers spend. What is under way counts with the most
// that it can cost, so that a budget is never exceeded.
type purse struct {
	budget Budget
	now    func() time.Time

	mu       sync.Mutex
	day      string   // the UTC day that spent is of
	spent    *big.Int // wei, of transactions in blocks
	reserved *big.Int // wei, of transactions that are under way
	written  *big.Int // of the day, in the file: no less than what was spent and reserved
	total    *big.Int // wei, since the start
	dry      bool     // the last transaction was refused for want of budget
}

// steps is in how many parts the file is written while a budget is used up: a
// process that is killed may lose one.
const steps = 100

// spending is what the file has: one line of JSON,
//
//	{"day":"2026-11-30","wei":1234500000000000}
type spending struct {
	Day string   `json:"day"`
	Wei *big.Int `json:"wei"`
}

func openPurse(budget Budget, now func() time.Time) (*purse, error) {
	p := &purse{budget: budget, now: now, spent: new(big.Int), reserved: new(big.Int), written: new(big.Int), total: new(big.Int)}
	p.day = p.today()
	if !p.kept() {
		return p, nil
	}
	was, err := readSpending(budget.File)
	if err != nil {
		return nil, err
	}
	if was.Day >= p.day { // a later one: the clock was set back, and what was spent stays
		p.day = was.Day
		p.spent.Set(was.Wei)
		p.written.Set(was.Wei)
	}
	return p, nil
}

func (p *purse) bound() bool { return p.budget.Daily.amount.Sign() > 0 }

func (p *purse) kept() bool { return p.bound() && p.budget.File != "" }

func (p *purse) today() string { return p.now().UTC().Format(time.DateOnly) }

// left is what may still be spent today; nil for no bound.
func (p *purse) left() *big.Int {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.bound() {
		return nil
	}
	p.turn()
	left := new(big.Int).Sub(&p.budget.Daily.amount, p.used())
	return larger(left, new(big.Int))
}

// open reports whether the budget lets something be sent, as far as it is known.
func (p *purse) open() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.turn()
	return !p.dry
}

func (p *purse) used() *big.Int { return new(big.Int).Add(p.spent, p.reserved) }

// turn begins a new day.
func (p *purse) turn() {
	if today := p.today(); today > p.day {
		p.day = today
		p.dry = false
		p.spent.SetInt64(0)
		p.written.SetInt64(0)
	}
}

// take reserves the most that a transaction can cost. The error is ErrBudget or
// ErrPurse, and nothing is reserved then. A transaction without which others
// cannot go on is not refused.
func (p *purse) take(wei *big.Int, needed bool) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.turn()
	after := new(big.Int).Add(p.used(), wei)
	if p.bound() && !needed && after.Cmp(&p.budget.Daily.amount) > 0 {
		p.dry = true
		return ErrBudget
	}
	if err := p.cover(after); err != nil && !needed {
		return err
	}
	p.reserved.Add(p.reserved, wei)
	p.dry = false
	return nil
}

// cover writes the file ahead, before more is spent than it says.
func (p *purse) cover(used *big.Int) error {
	if !p.kept() || used.Cmp(p.written) <= 0 {
		return nil
	}
	ahead := new(big.Int).Div(&p.budget.Daily.amount, big.NewInt(steps))
	ahead.Add(ahead, used)
	if err := writeSpending(p.budget.File, spending{Day: p.day, Wei: ahead}); err != nil {
		return err
	}
	p.written = ahead
	return nil
}

// count replaces what was reserved for a transaction, and what it was counted
// with before, by what it did cost.
func (p *purse) count(reserved, before, cost *big.Int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.turn()
	p.reserved.Sub(p.reserved, reserved)
	p.dry = p.dry && reserved.Cmp(cost) <= 0 // else something came free
	more := new(big.Int).Sub(cost, before)
	p.spent.Add(p.spent, more)
	p.spent = larger(p.spent, new(big.Int)) // before may be of yesterday
	if more.Sign() > 0 {
		p.total.Add(p.total, more)
	}
}

// close writes what was spent, without what was written ahead.
func (p *purse) close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.kept() || p.written.Sign() == 0 {
		return nil
	}
	return writeSpending(p.budget.File, spending{Day: p.day, Wei: p.used()})
}

// spentInAll is what was spent since the start.
func (p *purse) spentInAll() *big.Int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return new(big.Int).Set(p.total)
}

func readSpending(path string) (s spending, err error) {
	raw, err := os.ReadFile(path) //nolint:gosec // the operator names the directory
	if errors.Is(err, fs.ErrNotExist) {
		return spending{Wei: new(big.Int)}, nil
	}
	if err != nil {
		return s, fmt.Errorf("%w: %w", ErrPurse, err)
	}
	if err := json.Unmarshal(raw, &s); err != nil || s.Wei == nil || s.Wei.Sign() < 0 {
		return s, fmt.Errorf("%w: %s is damaged: remove it to begin this day's budget anew", ErrPurse, path)
	}
	if _, err := time.Parse(time.DateOnly, s.Day); err != nil {
		return s, fmt.Errorf("%w: %s is damaged: remove it to begin this day's budget anew", ErrPurse, path)
	}
	return s, nil
}

// writeSpending replaces the file whole, and returns when it is on the disk.
func writeSpending(path string, s spending) error {
	raw, err := json.Marshal(s)
	if err == nil {
		err = disk.MakeDirectory(filepath.Dir(path))
	}
	if err == nil {
		err = disk.Write(path, append(raw, '\n'))
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrPurse, err)
	}
	return nil
}
