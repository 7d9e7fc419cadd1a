package pins

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/transparency-dev/formats/witness"
)

// noURL stands where a policy has no URL of a witness: checking needs none, and
// the library wants one.
const noURL = "-"

// ParsePolicy reads a policy in the form of C2SP tlog-policy. Beyond what the
// library checks it wants every witness, by its key, and every member of a
// group once: k of n are k different ones. URLs may be missing. The error is
// ErrPins.
func ParsePolicy(text string) (*witness.Group, error) {
	var policy strings.Builder
	once := onlyOnce{}
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		if len(fields) == 3 && fields[0] == "witness" {
			fields = append(fields, noURL)
		}
		if err := once.line(fields); err != nil {
			return nil, err
		}
		policy.WriteString(strings.Join(fields, " ") + "\n")
	}
	group, err := witness.ParsePolicy([]byte(policy.String()))
	if err != nil {
		return nil, fmt.Errorf("%w: witnesses: %w", ErrPins, err)
	}
	return &group, nil
}

// onlyOnce is what a policy has named so far.
type onlyOnce map[string]bool

func (o onlyOnce) line(fields []string) error {
	switch {
	case len(fields) < 3:
		return nil
	case fields[0] == "witness":
		return o.name("the key of "+fields[1], "key "+string(material(fields[2])))
	case fields[0] == "group":
		for _, member := range fields[3:] {
			if err := o.name(member, "member "+member); err != nil {
				return err
			}
		}
	}
	return nil
}

func (o onlyOnce) name(what, key string) error {
	if o[key] {
		return fmt.Errorf("%w: witnesses: %s is there twice", ErrPins, what)
	}
	o[key] = true
	return nil
}

// material is the public key itself, whatever name and use it is given.
func material(vkey string) []byte {
	raw, err := base64.StdEncoding.DecodeString(vkey[strings.LastIndex(vkey, "+")+1:])
	if err != nil || len(raw) == 0 {
		return []byte(vkey) // not a key: the library says so
	}
	return bytes.Clone(raw[1:])
}
