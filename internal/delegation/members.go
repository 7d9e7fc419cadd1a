package delegation

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// critical is the member of a header that names other members. A reader that does
// not know those must refuse the token (RFC 7515, section 4.1.11). Tally knows none.
const critical = "crit"

// members holds the names in a JSON object to what RFC 7515 and RFC 7519 say of them:
// each once, and case-sensitive. encoding/json takes the last of several, and "ISS" for
// "iss", so that two readers could see two issuers in one token. Names that are not
// known are passed over.
func members(raw []byte, known ...string) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	if start, err := d.Token(); err != nil || start != json.Delim('{') {
		return errors.Join(errForm, err)
	}
	seen := map[string]bool{}
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return err
		}
		name, _ := token.(string) // as every name in an object
		if seen[name] || name == critical || another(name, append(known, critical)) {
			return fmt.Errorf("%w: %q", errForm, name)
		}
		seen[name] = true
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return err
		}
	}
	return nil
}

// another reports whether a name is a known one in other letters.
func another(name string, known []string) bool {
	return slices.ContainsFunc(known, func(exact string) bool { return name != exact && strings.EqualFold(name, exact) })
}
