package fabric

import (
	"embed"
	"fmt"
)

//go:embed default.yaml small.yaml hosts.yaml
var forms embed.FS

// Form is one of the descriptions that come with Tally: "default" (six peers and
// four BFT orderers on one machine), "small" (three peers and one Raft orderer)
// or "hosts" (three peers and four BFT orderers on four machines). The error is
// ErrDescription.
func Form(name string) (Description, error) {
	text, err := forms.ReadFile(name + ".yaml")
	if err != nil {
		return Description{}, fmt.Errorf("%w: there is no form %q; there are default, small and hosts", ErrDescription, name)
	}
	return ParseDescription(text)
}
