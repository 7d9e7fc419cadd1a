package cli

import (
	"crypto/ecdsa"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"reflect"
	"slices"
	"strings"

	"tally/internal/api"
	"tally/internal/client"
	"tally/internal/exact"
	"tally/internal/intent"
	"tally/internal/keystore"
	"tally/internal/terminal"
	"tally/internal/voucher"
)

// Proofs is where proofs of possession come from: keys of this machine sign by
// themselves, and those of others in a file that goes to and fro.
type Proofs struct {
	Proofs string `help:"File for proofs by keys that are on other machines. Where it is missing it is written and nothing is sent: their holders run tally key prove." placeholder:"FILE"`
}

// maxProofFile is how much of a file with proofs is read, in bytes.
const maxProofFile = 64 << 10

// proofFile is an intent that brings keys into force, and its proofs so far.
type proofFile struct {
	Type   string                `json:"type" help:"What the new keys sign: the name of an intent."`
	Ledger voucher.Hash          `json:"ledger" help:"The ledger for which they sign."`
	Intent json.RawMessage       `json:"intent" help:"The change that they sign."`
	Proofs []api.PossessionProof `json:"proofs" help:"Who signed so far: holder and signature."`
}

// ProvedKey is the answer to a proof: the file as it is now, and whose proof was added.
type ProvedKey struct {
	proofFile
	By   voucher.Address `json:"by" help:"The key that signed just now."`
	File string          `json:"file" help:"The file that has its proof."`
}

// Text shows what was signed.
func (p ProvedKey) Text() terminal.Text {
	return terminal.Text{Fields: []terminal.Field{{"signed", p.Type}, {"change", string(p.Intent)}, {"by", p.By}, {"file", p.File}}}
}

// NewKey is a key that an intent brings into force: where its name is known, this
// machine has it.
type NewKey struct {
	Address voucher.Address
	name    string
}

// NewKeys finds the addresses of keys, by names of this machine's or in hex.
func (a *App) NewKeys(texts ...string) ([]NewKey, error) {
	keys := make([]NewKey, len(texts))
	for i, text := range texts {
		address, err := a.Address(text)
		if err != nil {
			return nil, err
		}
		keys[i].Address = address
		if keystore.CheckName(text) == nil && !strings.HasPrefix(text, "0x") {
			keys[i].name = text
		}
	}
	slices.SortFunc(keys, func(a, b NewKey) int { return CompareAddresses(a.Address, b.Address) })
	return keys, nil
}

// Prove lets each new key sign an intent; in points to the intent. done is true
// where Prove wrote the file that others must sign first. Where there is a file,
// the deadline is the file's, so that what they signed stays what is sent.
func (p Proofs) Prove(a *App, s *client.Session, in any, keys []NewKey) (proofs []api.PossessionProof, done bool, err error) {
	value := reflect.ValueOf(in).Elem()
	file, there, err := p.read(s, value)
	if err != nil {
		return nil, false, err
	}
	for _, key := range keys {
		at := slices.IndexFunc(file.Proofs, func(f api.PossessionProof) bool { return f.Holder == key.Address })
		switch {
		case at >= 0:
			proofs = append(proofs, file.Proofs[at])
		case key.name != "":
			signed, err := a.Signer(key.name)
			if err != nil {
				return nil, false, err
			}
			text, err := client.Signer{Domain: s.Domain, Key: signed}.Sign(value.Interface())
			if err != nil {
				return nil, false, err
			}
			proofs = append(proofs, api.PossessionProof{Holder: key.Address, Signature: text})
		case p.Proofs == "":
			return nil, false, Misused("%s must show that somebody holds its key: name a key of this machine, or give --proofs FILE", key.Address)
		case there:
			return nil, false, Misused("%s has no proof by %s: its holder runs tally key prove", p.Proofs, key.Address)
		default:
			done = true
		}
	}
	if done {
		file.Proofs = proofs
		return nil, true, p.write(a, file)
	}
	return proofs, false, nil
}

// Possession is the proof of an intent that brings one key into force; "" is none.
func Possession(proofs []api.PossessionProof) string {
	if len(proofs) == 0 {
		return ""
	}
	return proofs[0].Signature
}

// read reads the file, if it is there, and takes over its deadline.
func (p Proofs) read(s *client.Session, value reflect.Value) (file proofFile, there bool, err error) {
	file = proofFile{Type: value.Type().Name(), Ledger: s.Domain.Ledger(), Intent: voucher.CanonicalJSON(value.Interface())}
	if p.Proofs == "" {
		return file, false, nil
	}
	got, err := readProofs(p.Proofs)
	if errors.Is(err, fs.ErrNotExist) {
		return file, false, nil
	}
	if err != nil {
		return file, false, err
	}
	var signed struct {
		Deadline uint64 `json:"deadline"`
	}
	if err := json.Unmarshal(got.Intent, &signed); err != nil {
		return file, false, Misused("%s is no file of tally's: %v", p.Proofs, err)
	}
	value.FieldByName("Deadline").SetUint(signed.Deadline)
	if got.Type != file.Type || got.Ledger != file.Ledger || !sameJSON(got.Intent, voucher.CanonicalJSON(value.Interface())) {
		return file, false, Misused("%s is about something else than this command, or the state has changed since: begin anew with another file", p.Proofs)
	}
	return got, true, nil
}

// sameJSON reports whether two texts are the same but for their spaces.
func sameJSON(a, b []byte) bool {
	var x, y any
	return json.Unmarshal(a, &x) == nil && json.Unmarshal(b, &y) == nil && reflect.DeepEqual(x, y)
}

func (p Proofs) write(a *App, file proofFile) error {
	text, err := json.MarshalIndent(file, "", "  ")
	if err != nil {
		return err
	}
	return a.WriteFile(p.Proofs, append(text, '\n'))
}

func readProofs(path string) (file proofFile, err error) {
	f, err := os.Open(path) //nolint:gosec // the caller's own file
	if err != nil {
		return file, err
	}
	defer f.Close() //nolint:errcheck // only read
	raw, err := io.ReadAll(io.LimitReader(f, maxProofFile+1))
	if err == nil && len(raw) > maxProofFile {
		err = Misused("%s is longer than %d bytes", path, maxProofFile)
	}
	if err != nil {
		return file, err
	}
	if err := exact.JSON(raw, &file); err != nil {
		return file, Misused("%s is no file of tally's: %w", path, err)
	}
	return file, nil
}

// Waiting tells that the file has to be signed by others.
func (p Proofs) Waiting(a *App) error {
	return a.Say(WaitingForProofs{Proofs: p.Proofs})
}

// WaitingForProofs is the answer of a command that has sent nothing yet, because
// others must sign first.
type WaitingForProofs struct {
	Proofs string `json:"proofs" help:"The file for their proofs."`
	Sent   bool   `json:"sent" help:"false."`
}

// Text says what comes next.
func (w WaitingForProofs) Text() terminal.Text {
	return terminal.Text{Fields: []terminal.Field{
		{"written", w.Proofs}, {"sent", "nothing yet"},
		{"next", "each new key's holder runs tally key prove --as KEY " + w.Proofs + ", then give this command again"},
	}}
}

type keyProveCmd struct {
	As   string `required:"" help:"The new key." placeholder:"KEY"`
	File string `arg:"" help:"The file that --proofs wrote."`
}

// Help shows an example.
func (keyProveCmd) Help() string {
	return `Signs, in the file, the very change that brings the key into force: it shows that somebody holds the key, and is good
for nothing else. No server is asked. What is signed is printed: read it.

Example:

    tally key prove --as root-2027 rotation.json`
}

// Answers implements Answerer.
func (*keyProveCmd) Answers() Answer { return ProvedKey{} }

// Run adds a proof to a file.
func (c *keyProveCmd) Run(a *App) error {
	file, err := readProofs(c.File)
	if err != nil {
		return err
	}
	in, keys, err := file.intent()
	if err != nil {
		return err
	}
	key, err := a.Signer(c.As)
	if err != nil {
		return err
	}
	holder := intent.Address(key)
	if !slices.Contains(keys, holder) {
		return Misused("the change in %s does not bring %s into force", c.File, holder)
	}
	if err := file.add(key, in); err != nil {
		return err
	}
	if err := (Proofs{c.File}).write(a, file); err != nil {
		return err
	}
	file.Intent = voucher.CanonicalJSON(in)
	return a.Say(ProvedKey{file, holder, c.File})
}

func (f *proofFile) add(key *ecdsa.PrivateKey, in any) error {
	signature, err := client.Signer{Domain: intent.NewDomain(f.Ledger), Key: key}.Sign(in)
	if err != nil {
		return err
	}
	holder := intent.Address(key)
	f.Proofs = slices.DeleteFunc(f.Proofs, func(p api.PossessionProof) bool { return p.Holder == holder })
	f.Proofs = append(f.Proofs, api.PossessionProof{Holder: holder, Signature: signature})
	slices.SortFunc(f.Proofs, func(a, b api.PossessionProof) int { return CompareAddresses(a.Holder, b.Holder) })
	return nil
}

// intent is what is signed, and whose keys it brings into force.
func (f *proofFile) intent() (in any, keys []voucher.Address, err error) {
	switch f.Type {
	case "AdmitMerchant":
		var v voucher.AdmitMerchant
		err = exact.JSON(f.Intent, &v)
		return v, []voucher.Address{v.Merchant}, err
	case "RotateRoot":
		var v voucher.RotateRoot
		err = exact.JSON(f.Intent, &v)
		return v, []voucher.Address{v.Root}, err
	case "RecoverRoot":
		var v voucher.RecoverRoot
		err = exact.JSON(f.Intent, &v)
		return v, []voucher.Address{v.Root}, err
	case "SetOperators":
		var v voucher.SetOperators
		err = exact.JSON(f.Intent, &v)
		return v, v.Operators, err
	default:
		return nil, nil, Misused("a change of type %q brings no key into force", f.Type)
	}
}
