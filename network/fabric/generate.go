package fabric

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
)

// Generate makes a network's identities and its channel's first block, unless
// the directory holds them already. Nothing is started. The errors are
// ErrDescription, ErrOther, ErrBusy, and those of the file system.
func Generate(ctx context.Context, d Description, options Options) (*Network, error) {
	unlock, err := lock(options.Dir)
	if err != nil {
		return nil, err
	}
	defer unlock()
	return generate(ctx, d, options)
}

func generate(ctx context.Context, d Description, options Options) (*Network, error) {
	if err := d.Validate(); err != nil {
		return nil, err
	}
	text, err := d.text()
	if err != nil {
		return nil, err
	}
	n, err := Open(options)
	switch {
	case err == nil:
		return n, n.adopt(d, text)
	case !errors.Is(err, ErrNotGenerated):
		return nil, err
	}
	dir, err := filepath.Abs(options.Dir)
	if err != nil {
		return nil, fmt.Errorf("directory: %w", err)
	}
	files := layout(dir)
	if err := d.writeIdentities(files, time.Now()); err != nil {
		return nil, err
	}
	if err := d.writeGenesis(ctx, files, options.Programs); err != nil {
		return nil, err
	}
	// The description comes last: it says that the rest is complete.
	if err := writeFile(files.description(), text, 0o644); err != nil {
		return nil, err
	}
	return Open(options)
}

// adopt takes a description over that differs in how many organisations endorse:
// that is agreed on with the chaincode, and is in neither the channel's first
// block nor the keys. The error is ErrOther if anything else differs.
func (n *Network) adopt(d Description, text []byte) error {
	adopted := n.description
	adopted.Chaincode.Endorsements = d.Chaincode.Endorsements
	same, err := adopted.text()
	switch {
	case err != nil:
		return err
	case string(same) != string(text):
		return fmt.Errorf("%w: %s", ErrOther, n.files)
	case adopted.Chaincode == n.description.Chaincode:
		return nil
	}
	n.description = adopted
	return writeFile(n.files.description(), text, 0o644)
}

// writeIdentities makes every organisation with its users and nodes.
func (d Description) writeIdentities(files layout, now time.Time) error {
	for _, o := range d.Organisations {
		m, err := newMember(files, o.Name, d.Certificates, now)
		if err != nil {
			return err
		}
		if err := m.enrolAll(d); err != nil {
			return err
		}
	}
	return nil
}

func (m *member) enrolAll(d Description) error {
	for _, user := range users() {
		if err := m.enrolUser(user); err != nil {
			return err
		}
	}
	for _, node := range d.nodesIn(m.name) {
		if err := m.enrolNode(node); err != nil {
			return err
		}
	}
	return nil
}

// lock keeps two programs from changing a network at once, and makes its directory.
func lock(dir string) (unlock func(), err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // keys have their own mode
		return nil, fmt.Errorf("directory: %w", err)
	}
	l := flock.New(filepath.Join(dir, "lock"))
	ok, err := l.TryLock()
	if err != nil {
		return nil, fmt.Errorf("lock: %w", err)
	}
	if !ok {
		return nil, fmt.Errorf("%w: %s", ErrBusy, dir)
	}
	return func() { _ = l.Unlock() }, nil
}
