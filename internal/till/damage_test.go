package till_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/disk"
	"tally/internal/till"
)

// journalWith is a shop whose journal has one open and one settled sale, and
// belongs to its till. No agent is running.
func journalWith(t *testing.T) *shop {
	t.Helper()
	s := newShop(t)
	p := s.open()
	require.Equal(t, "redeemed", p.redeem(s.order("A-1", s.code(1, s.voucher()))).State)
	s.wire.breakNext(keepBack)
	p.redeem(s.order("A-2", s.code(1, s.voucher())))
	p.close()
	return s
}

// TestJournal_NoticesEveryBit turns bits of every file of a journal: every 37th,
// or each with TALLY_LONG=1. An agent never starts with an open sale, nor answers a settled one, that is not
// what was written; what a journal without sums would read is noticed, too.
func TestJournal_NoticesEveryBit(t *testing.T) {
	s := journalWith(t)
	for _, of := range []string{"open", "settled", ""} {
		path := filepath.Join(s.dir, "till.json")
		if of != "" {
			path = s.files(of)[0]
		}
		whole, err := os.ReadFile(path)
		require.NoError(t, err)
		bits := 8 * len(whole)
		step := 37
		if os.Getenv("TALLY_LONG") != "" {
			step = 1
		}
		for bit := 0; bit < bits; bit += step {
			damaged := bytes.Clone(whole)
			damaged[bit/8] ^= 1 << (bit % 8)
			require.NoError(t, os.WriteFile(path, damaged, 0o600))
			s.requireNoticed(t, of, path, bit)
		}
		for _, length := range []int{0, 1, len(whole) / 2, len(whole) - 500, len(whole) - 66, len(whole) - 1} {
			if length < 0 {
				continue
			}
			require.NoError(t, os.WriteFile(path, whole[:length], 0o600))
			if of == "" && length == len(whole)-66 {
				continue // an identity without its sum is one of before, and whole
			}
			s.requireNoticed(t, of, path, -length)
		}
		require.NoError(t, os.WriteFile(path, whole, 0o600))
	}
	j, err := till.OpenJournal(s.dir)
	require.NoError(t, err)
	_, err = till.New(s.options(j))
	require.NoError(t, err, "whole again")
	require.NoError(t, j.Close())
}

// requireNoticed wants a damaged file refused by the error that is for its kind,
// which names it.
func (s *shop) requireNoticed(t *testing.T, of, path string, at int) {
	t.Helper()
	j, err := till.OpenJournal(s.dir)
	if of == "" {
		require.ErrorIs(t, err, till.ErrIdentity, at)
		require.ErrorContains(t, err, path)
		return
	}
	require.NoError(t, err)
	defer func() { require.NoError(t, j.Close()) }()
	a, err := till.New(s.options(j))
	if of == "open" {
		require.ErrorIs(t, err, till.ErrDamaged, at)
		require.ErrorContains(t, err, path)
		return
	}
	require.NoError(t, err)
	_, err = a.Sale(t.Context(), "A-1")
	require.Error(t, err, at)
	require.Contains(t, s.log.text(), path)
}

// TestJournal_ReadsThatOfBefore has sales without sums, of version 1.
func TestJournal_ReadsThatOfBefore(t *testing.T) {
	s := journalWith(t)
	for _, path := range []string{s.files("open")[0], s.files("settled")[0], filepath.Join(s.dir, "till.json")} {
		s.unsum(t, path, nil)
	}
	p := s.open()
	require.Equal(t, "redeemed", p.show("A-1").State)
	require.Equal(t, "redeemed", p.show("A-2").State)
	p.close()
	text, err := os.ReadFile(s.files("settled")[0])
	require.NoError(t, err)
	require.NotEmpty(t, text)
}

// TestJournal_ReadsSalesWithoutOrderRecords has sales of version 2, which had no order record, one
// that has it nevertheless, and one of a version to come.
func TestJournal_ReadsSalesWithoutOrderRecords(t *testing.T) {
	s := journalWith(t)
	s.of(t, s.files("open")[0], 2)
	s.of(t, s.files("settled")[0], 2)
	p := s.open()
	require.Equal(t, "redeemed", p.show("A-1").State)
	require.Equal(t, "redeemed", p.show("A-2").State)

	for _, path := range s.files("settled") {
		require.NoError(t, os.Remove(path))
	}
	_, a := p.sell(cartOrder("A-3", s.code(1, s.offered(secondCup))))
	require.Equal(t, a.Body, p.show("A-3").Body)
	for _, version := range []int{2, 4} {
		s.of(t, s.files("settled")[0], version)
		require.Equal(t, "journal_failed", p.show("A-3").Code, version)
	}
}

// of writes a sale as one of a version, with its sum.
func (s *shop) of(t *testing.T, path string, version int) {
	t.Helper()
	raw, err := os.ReadFile(path)
	require.NoError(t, err)
	line, _, ok := bytes.Cut(raw, []byte{'\n'})
	require.True(t, ok)
	changed := regexp.MustCompile(`"version":[0-9]`).ReplaceAll(line, fmt.Appendf(nil, `"version":%d`, version))
	require.NotEqual(t, line, changed)
	require.NoError(t, os.WriteFile(path, disk.WithSum(changed), 0o600))
}

// TestJournal_OpenSaleOfAnotherCode has an open sale of before whose id, deadline
// or acceptance is not that of its own code: it could never be settled.
func TestJournal_OpenSaleOfAnotherCode(t *testing.T) {
	other := "0x" + string(bytes.Repeat([]byte("ab"), 32))
	for name, edit := range map[string]func(map[string]any){
		"id":       func(r map[string]any) { r["id"] = other },
		"deadline": func(r map[string]any) { r["deadline"] = 1 },
		"offer":    func(r map[string]any) { r["request"].(map[string]any)["accept"].(map[string]any)["offer"] = other },
		"code":     func(r map[string]any) { r["request"].(map[string]any)["code"] = "TALLY1-AAAA" },
	} {
		t.Run(name, func(t *testing.T) {
			s := journalWith(t)
			path := s.files("open")[0]
			s.unsum(t, path, edit)
			j, err := till.OpenJournal(s.dir)
			require.NoError(t, err)
			defer func() { require.NoError(t, j.Close()) }()
			_, err = till.New(s.options(j))
			require.ErrorIs(t, err, till.ErrDamaged)
			require.ErrorContains(t, err, path)
			require.NotContains(t, err.Error(), "TALLY1-", "a code is a secret")
		})
	}
}

// TestJournal_SaleInAnothersPlace moves a sale to the name of another.
func TestJournal_SaleInAnothersPlace(t *testing.T) {
	s := journalWith(t)
	open := s.files("open")[0]
	require.NoError(t, os.Rename(open, filepath.Join(filepath.Dir(open), string(bytes.Repeat([]byte("00"), 32))+".json")))
	j, err := till.OpenJournal(s.dir)
	require.NoError(t, err)
	defer func() { require.NoError(t, j.Close()) }()
	_, err = till.New(s.options(j))
	require.ErrorIs(t, err, till.ErrDamaged)
}

// unsum writes a file of the journal as it was written before sums, after an edit.
func (s *shop) unsum(t *testing.T, path string, edit func(map[string]any)) {
	t.Helper()
	raw, err := os.ReadFile(path)
	require.NoError(t, err)
	line, _, ok := bytes.Cut(raw, []byte{'\n'})
	require.True(t, ok, "a sum follows")
	if filepath.Base(path) == "till.json" {
		require.NoError(t, os.WriteFile(path, line, 0o600))
		return
	}
	var members map[string]any
	d := json.NewDecoder(bytes.NewReader(line))
	d.UseNumber()
	require.NoError(t, d.Decode(&members))
	members["version"] = 1
	if edit != nil {
		edit(members)
	}
	text, err := json.Marshal(members)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, text, 0o600))
}
