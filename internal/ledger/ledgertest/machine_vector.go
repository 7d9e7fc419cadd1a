package ledgertest

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/intent"
	"tally/internal/voucher"
)

// vector is a history that any ledger can play, whatever its id: it holds no
// signature and no digest, but who signs and what is referred to.
//
//	{"story": "TestMachine_DecidesAsTheRules", "steps": [
//	  {"at": 60, "commands": [
//	    {"name": "AdmitMerchant", "signers": ["operator"], "want": "none", "command": {"intent":
//	      {"operator": "@operator", "merchant": "@merchant", "name": "Jasmine & Co", "deadline": 1795421000}}}]}]}
//
// A command has the fields of its Go type; those that are zero, and all
// signatures, are left out. In it
//
//	@alice             is the address of an actor
//	#3                 the digest of the first intent of command 3, counted from 0: its id
//	#3.1               the digest of its second intent
//	campaign of #3     the campaign that command 3 creates
type vector struct {
	Story string       `json:"story"`
	Steps []vectorStep `json:"steps"`
}

// vectorStep is a batch, sent At seconds after Start.
type vectorStep struct {
	At       uint64          `json:"at"`
	Commands []vectorCommand `json:"commands"`
}

// vectorCommand is a Draft and the kind that the rules refuse it with, "none" if they accept it.
type vectorCommand struct {
	Name    string          `json:"name"`
	Signers []Signer        `json:"signers,omitempty"`
	Want    voucher.Kind    `json:"want"`
	Command json.RawMessage `json:"command"`
}

const (
	actorMark    = "@"
	digestMark   = "#"
	campaignMark = "campaign of #"
)

// trace writes a run down as a vector.
type trace struct {
	cast    *cast
	domain  *intent.Domain
	digests map[voucher.Hash]string
	steps   []vectorStep
	count   int
}

func newTrace(c *cast, d *intent.Domain) *trace {
	return &trace{cast: c, domain: d, digests: map[voucher.Hash]string{}}
}

func (t *trace) at(now uint64) {
	t.steps = append(t.steps, vectorStep{At: now - voucher.Unix(Start())})
}

// command adds a command to the latest step.
func (t *trace) command(d Draft, c voucher.Command) {
	for i, in := range c.Intents() {
		digest := t.domain.Digest(in)
		if _, known := t.digests[digest]; !known {
			t.digests[digest] = reference(t.count, i)
		}
	}
	t.count++
	raw, err := json.Marshal(t.tree(reflect.ValueOf(d.Command)))
	if err != nil {
		panic(err) // texts and numbers only
	}
	last := &t.steps[len(t.steps)-1]
	last.Commands = append(last.Commands, vectorCommand{Name: nameOf(c), Signers: d.Signers, Command: raw})
}

// outcome sets what the model made of a command of the latest step, counted from its end.
func (t *trace) outcome(fromEnd int, k voucher.Kind) {
	commands := t.steps[len(t.steps)-1].Commands
	commands[len(commands)-fromEnd].Want = k
}

func (t *trace) finish(story string) *vector { return &vector{Story: story, Steps: t.steps} }

// reference is the text of the digest of a command's intent.
func reference(command, intent int) string {
	if intent == 0 {
		return fmt.Sprintf("%s%d", digestMark, command)
	}
	return fmt.Sprintf("%s%d.%d", digestMark, command, intent)
}

// tree is a value with names in the place of addresses and digests.
func (t *trace) tree(v reflect.Value) any {
	switch x := v.Interface().(type) {
	case voucher.Address:
		if name, ok := t.cast.names[x]; ok {
			return actorMark + name
		}
		return x
	case voucher.Hash:
		if name, ok := t.digests[x]; ok {
			return name
		}
		return x
	case voucher.CampaignID:
		return t.campaign(x)
	case voucher.Currency:
		return "0x" + hex.EncodeToString(x[:]) // its text is for those that are well-formed
	}
	switch v.Kind() {
	case reflect.Slice:
		list := make([]any, v.Len())
		for i := range list {
			list[i] = t.tree(v.Index(i))
		}
		return list
	case reflect.Struct:
		return t.fields(v)
	default:
		return v.Interface()
	}
}

func (t *trace) fields(v reflect.Value) map[string]any {
	fields := map[string]any{}
	for i := range v.NumField() {
		field := v.Field(i)
		switch field.Interface().(type) {
		case voucher.Signature, []voucher.Signature:
			continue
		}
		if field.IsZero() || field.Kind() == reflect.Slice && field.Len() == 0 {
			continue
		}
		fields[v.Type().Field(i).Tag.Get("json")] = t.tree(field)
	}
	return fields
}

func (t *trace) campaign(id voucher.CampaignID) any {
	for digest, name := range t.digests {
		if voucher.CampaignOf(digest) == id {
			return campaignMark + strings.TrimPrefix(name, digestMark)
		}
	}
	return id
}

// file is the vector's JSON with one line for each command.
func (v *vector) file() ([]byte, error) {
	var b bytes.Buffer
	story, err := json.Marshal(v.Story)
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(&b, "{\"story\": %s, \"steps\": [\n", story)
	for i, step := range v.Steps {
		fmt.Fprintf(&b, " {\"at\": %d, \"commands\": [\n", step.At)
		for j, c := range step.Commands {
			line, err := json.Marshal(c)
			if err != nil {
				return nil, err
			}
			fmt.Fprintf(&b, "  %s%s\n", line, comma(j, len(step.Commands)))
		}
		fmt.Fprintf(&b, " ]}%s\n", comma(i, len(v.Steps)))
	}
	b.WriteString("]}\n")
	return b.Bytes(), nil
}

// comma follows the i-th of n, unless it is the last.
func comma(i, n int) string {
	if i == n-1 {
		return ""
	}
	return ","
}

// RunVectors plays every history of a folder on a ledger, and compares as
// RunMachine does. The rules have to refuse what the file says, unless the
// ledger lacks a part of it.
func RunVectors(t *testing.T, open func(t testing.TB) Fixture, folder string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.json"))
	require.NoError(t, err)
	require.NotEmpty(t, files, folder)
	for _, path := range files {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".json"), func(t *testing.T) {
			want, err := os.ReadFile(path)
			require.NoError(t, err)
			var v vector
			require.NoError(t, json.Unmarshal(want, &v))
			p := newPlayer(t, open(t), nil)
			p.play(v)
			require.Empty(t, p.missing, "the vector refers to what it does not have")
			got, err := p.run.trace.finish(v.Story).file()
			require.NoError(t, err)
			require.Equal(t, string(want), string(got))
		})
	}
}

// player drives one ledger by a vector.
type player struct {
	run     *run
	known   map[string]voucher.Hash // digests by their reference
	missing []string                // references to nothing, which are all zero
	count   int
}

func newPlayer(t testing.TB, f Fixture, records func(Fixture) func(string, []byte) error) *player {
	t.Helper()
	p := &player{run: newRun(t, newCast(), f), known: map[string]voucher.Hash{}}
	p.run.records = records
	return p
}

func (p *player) play(v vector) {
	t, r := p.run.t, p.run
	t.Helper()
	for _, step := range v.Steps {
		var drafts []Draft
		for _, c := range step.Commands {
			if c.Name == "" { // left out, but counted
				p.count++
				continue
			}
			d, err := p.draft(c)
			require.NoError(t, err, c.Name)
			drafts = append(drafts, d)
		}
		if len(drafts) > 0 {
			r.advance(step.At + voucher.Unix(Start()) - r.now())
			r.submit(drafts)
			r.compareNamed()
		}
	}
	r.finish()
}

var errVector = errors.New("not a vector")

// draft reads a command twice: what refers to a digest of the command itself
// can be written only when that part was read.
func (p *player) draft(c vectorCommand) (Draft, error) {
	at := slices.IndexFunc(EmptyCommands(), func(e voucher.Command) bool {
		return nameOf(e) == c.Name || c.Name == "Hold" && e.Verb() == voucher.VerbRedeem
	})
	if at < 0 {
		return Draft{}, fmt.Errorf("command %q: %w", c.Name, errVector)
	}
	for own := range 2 { // its own digests are those of the first reading
		before := len(p.missing)
		command, err := p.read(c.Command, reflect.TypeOf(EmptyCommands()[at]))
		if err != nil {
			return Draft{}, err
		}
		for i, in := range command.Intents() {
			p.known[reference(p.count, i)] = p.run.domain.Digest(in)
		}
		if own == 1 {
			p.count++
			return Draft{command, c.Signers}, nil
		}
		p.missing = p.missing[:before]
	}
	return Draft{}, errVector
}

func (p *player) read(raw []byte, as reflect.Type) (voucher.Command, error) {
	var tree any
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	if err := d.Decode(&tree); err != nil {
		return nil, err
	}
	literal, err := json.Marshal(p.literal(tree))
	if err != nil {
		return nil, err
	}
	into := reflect.New(as)
	if err := json.Unmarshal(literal, into.Interface()); err != nil {
		return nil, err
	}
	command, ok := into.Elem().Interface().(voucher.Command)
	if !ok {
		return nil, errVector
	}
	return command, nil
}

// literal puts addresses and digests in the place of names.
func (p *player) literal(tree any) any {
	switch x := tree.(type) {
	case map[string]any:
		for name, v := range x {
			x[name] = p.literal(v)
		}
	case []any:
		for i, v := range x {
			x[i] = p.literal(v)
		}
	case string:
		if rest, ok := strings.CutPrefix(x, campaignMark); ok {
			return voucher.CampaignOf(p.digest(digestMark + rest))
		}
		if strings.HasPrefix(x, digestMark) {
			return p.digest(x)
		}
		if rest, ok := strings.CutPrefix(x, actorMark); ok {
			return p.run.gen.cast.byName[rest].Address
		}
	}
	return tree
}

func (p *player) digest(reference string) voucher.Hash {
	digest, ok := p.known[reference]
	if !ok {
		p.missing = append(p.missing, reference)
	}
	return digest
}
