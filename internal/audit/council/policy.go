package council

import (
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"strings"

	policy "github.com/transparency-dev/formats/witness"

	"tally/internal/audit/pins"
)

// ErrPolicy says that a policy does not say whom to ask.
var ErrPolicy = errors.New("not a policy of witnesses to ask")

// ReadPolicy reads a file with a policy in the form of C2SP tlog-policy, of at
// most pins.MaxFile bytes, in which every witness has a URL of its own:
//
//	witness harbour example.org/w1+1a2b3c4d+BA… https://w1.example.org
//	witness ferry   example.org/w2+5e6f7a8b+BA… https://w2.example.org
//	group council 1 harbour ferry
//	quorum council
//
// What auditors pin may have the same text. The error is ErrPolicy or
// pins.ErrPins where the file could be read.
func ReadPolicy(path string) (*policy.Group, error) {
	file, err := os.Open(path) //nolint:gosec // the operator names it
	if err != nil {
		return nil, fmt.Errorf("open policy: %w", err)
	}
	text, err := io.ReadAll(io.LimitReader(file, pins.MaxFile+1))
	if err = errors.Join(err, file.Close()); err != nil {
		return nil, fmt.Errorf("read policy: %w", err)
	}
	if len(text) > pins.MaxFile {
		return nil, fmt.Errorf("%w: more than %d bytes", ErrPolicy, pins.MaxFile)
	}
	group, err := pins.ParsePolicy(string(text))
	if err != nil {
		return nil, err
	}
	return group, askable(string(text), group)
}

// askable requires a URL for each witness, and no URL twice.
func askable(text string, group *policy.Group) error {
	witnesses := 0
	for line := range strings.Lines(text) {
		if fields := strings.Fields(line); len(fields) > 0 && fields[0] == "witness" {
			witnesses++
		}
	}
	endpoints := group.Endpoints()
	for at, key := range endpoints {
		if u, err := url.Parse(at); err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
			return fmt.Errorf("%w: %s has no http or https URL", ErrPolicy, key.Name())
		}
	}
	if len(endpoints) == 0 || len(endpoints) != witnesses {
		return fmt.Errorf("%w: each witness wants a URL of its own, and a part in the quorum", ErrPolicy)
	}
	return nil
}
