package lincheck

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/anishathalye/porcupine"

	"tally/internal/voucher"
)

// What is wrong with a history.
var (
	// ErrNotLinearizable says that no order of events explains the answers.
	ErrNotLinearizable = errors.New("no order of events explains the answers")
	// ErrAnotherAnswer says that one command had two outcomes.
	ErrAnotherAnswer = errors.New("one command, two outcomes")
	// ErrCancelled says that a command was accepted beside its cancel.
	ErrCancelled = errors.New("accepted although cancelled")
	// ErrUndecided says that the check did not end in time: it proves nothing.
	ErrUndecided = errors.New("the check did not end in time")
)

// Check looks for an order of events, campaign by campaign, in which every call
// takes effect between its being asked and its being told, and is answered as
// the model answers. limit is for one campaign. The error says what is wrong,
// and names the campaign.
func (h History) Check(limit time.Duration) error {
	if err := h.checkOutcomes(); err != nil {
		return err
	}
	for _, c := range h.Campaigns {
		ops := h.porcupine(c)
		switch porcupine.CheckOperationsTimeout(c.model(), ops, limit) {
		case porcupine.Illegal:
			return fmt.Errorf("%w: campaign %s, first of client %s", ErrNotLinearizable, c.ID, c.unexplained(ops, limit))
		case porcupine.Unknown:
			return fmt.Errorf("%w: campaign %s within %s", ErrUndecided, c.ID, limit)
		}
	}
	return nil
}

// unexplained is the answer that came too much: what was told before it has an
// order that explains it.
func (c Campaign) unexplained(ops []porcupine.Operation, limit time.Duration) string {
	slices.SortFunc(ops, func(a, b porcupine.Operation) int { return cmp.Compare(a.Return, b.Return) })
	n := sort.Search(len(ops), func(n int) bool {
		return porcupine.CheckOperationsTimeout(c.model(), until(ops, ops[n].Return), limit) == porcupine.Illegal
	})
	if n == len(ops) {
		return "none"
	}
	return fmt.Sprintf("%d, called at %d, told at %d: %v", ops[n].ClientId, ops[n].Call, ops[n].Return,
		describe(ops[n].Input.(Call), ops[n].Output.(Answer))) //nolint:forcetypeassert // as porcupine above makes them
}

// until is a history at an instant: what was not told by then was unknown.
func until(ops []porcupine.Operation, instant int64) (before []porcupine.Operation) {
	for _, op := range ops {
		if op.Call > instant {
			continue
		}
		if op.Return > instant {
			told := op.Output.(Answer)                         //nolint:forcetypeassert // as porcupine above makes them
			if told.Code != Accepted && told.Code != Unknown { // a refusal or a read changes nothing
				continue
			}
			op.Output, op.Return = Answer{Code: Unknown, Outcome: told.Outcome}, Never
		}
		before = append(before, op)
	}
	return before
}

// checkOutcomes holds every outcome of a command against the first one, to the
// byte, and cancels against what they cancelled.
func (h History) checkOutcomes() error {
	first := h.accepted()
	for _, op := range h.Operations {
		out := op.Answer.Outcome
		if out == nil {
			continue
		}
		if out.ID != op.Call.ID || out.Status != voucher.StatusAccepted ||
			!bytes.Equal(out.Canonical(), first[out.ID].Canonical()) {
			return fmt.Errorf("%w: %s %s", ErrAnotherAnswer, op.Call.Verb, op.Call.ID)
		}
		if _, done := first[op.Call.Of]; op.Call.Verb == Cancel && done {
			return fmt.Errorf("%w: %s", ErrCancelled, op.Call.Of)
		}
	}
	return nil
}

// accepted is the outcome of every command that anybody was told was accepted.
func (h History) accepted() map[voucher.Hash]voucher.Outcome {
	outcomes := map[voucher.Hash]voucher.Outcome{}
	for _, op := range h.Operations {
		if out := op.Answer.Outcome; out != nil {
			if _, known := outcomes[op.Call.ID]; !known {
				outcomes[op.Call.ID] = *out
			}
		}
	}
	return outcomes
}

// porcupine is what happened in a campaign, as the checker takes it. If the client
// of a claim got no answer, the claim took the serial that a later answer names. A
// read without an answer tells nothing.
func (h History) porcupine(c Campaign) (ops []porcupine.Operation) {
	outcomes := h.accepted()
	for _, op := range h.of(c.ID) {
		if op.Answer.Code == Unknown && op.Call.Verb.reads() {
			continue
		}
		if out, known := outcomes[op.Call.ID]; known && op.Answer.Code == Unknown {
			op.Answer.Outcome = &out
		}
		ops = append(ops, porcupine.Operation{
			ClientId: op.Client, Input: op.Call, Output: op.Answer, Call: op.Called, Return: op.Told,
		})
	}
	return ops
}

func (c Campaign) model() porcupine.Model {
	return porcupine.Model{
		Init: func() any { return state{} },
		Step: func(s, call, told any) (bool, any) { return c.step(s.(state), call.(Call), told.(Answer)) }, //nolint:forcetypeassert // what porcupine above is given
		Equal: func(a, b any) bool {
			x, y := a.(state), b.(state) //nolint:forcetypeassert // as Step made them
			return x.vouchers == y.vouchers && maps.Equal(x.deeds, y.deeds)
		},
		DescribeOperation: func(call, told any) string { return describe(call.(Call), told.(Answer)) }, //nolint:forcetypeassert // as above
		DescribeState:     func(s any) string { return s.(state).String() },                            //nolint:forcetypeassert // as above
	}
}

// describe is one operation in a line.
func describe(call Call, told Answer) string {
	text := fmt.Sprintf("%s %s at %d", call.Verb, short(call.ID), call.SignedAt)
	for _, line := range call.Lines {
		text += fmt.Sprintf(" [%d: %d]", line.Serial, line.Units)
	}
	text += " → " + told.Code
	if told.Voucher != nil {
		text += fmt.Sprintf(" %+v", *told.Voucher)
	}
	return text
}

func (s state) String() string {
	var lines []string
	for serial, v := range s.vouchers {
		lines = append(lines, fmt.Sprintf("%d: %+v", serial, v.seen()))
	}
	return strings.Join(lines, "\n")
}

// short is enough of an id to tell it from others.
func short(id voucher.Hash) string { return id.String()[:10] }

// Keep writes a history that failed into a new directory below dir, and pictures
// of its campaigns that no order explains: HTML, to be opened in a browser. It
// returns the directory.
func (h History) Keep(dir string, limit time.Duration) (kept string, err error) {
	if kept, err = os.MkdirTemp(dir, fmt.Sprintf("history-%d-", h.Seed)); err != nil {
		return "", fmt.Errorf("keep history: %w", err)
	}
	if err := create(filepath.Join(kept, "history.jsonl"), h.Write); err != nil {
		return kept, err
	}
	for _, c := range h.Campaigns {
		result, info := porcupine.CheckOperationsVerbose(c.model(), h.porcupine(c), limit)
		if result == porcupine.Ok {
			continue
		}
		err := create(filepath.Join(kept, c.ID.String()+".html"), func(to io.Writer) error {
			return porcupine.Visualize(c.model(), info, to)
		})
		if err != nil {
			return kept, err
		}
	}
	return kept, nil
}

func create(path string, write func(io.Writer) error) error {
	file, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("keep history: %w", err)
	}
	return errors.Join(write(file), file.Close())
}

// Figures count what a history has, by verb and answer: "redeem accepted".
func (h History) Figures() string {
	counts := map[string]int{}
	for _, op := range h.Operations {
		counts[string(op.Call.Verb)+" "+op.Answer.Code]++
	}
	var text strings.Builder
	for _, what := range slices.Sorted(maps.Keys(counts)) {
		fmt.Fprintf(&text, "%s %d; ", what, counts[what])
	}
	return strings.TrimSuffix(text.String(), "; ")
}
