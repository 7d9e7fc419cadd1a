package fabric

import (
	_ "embed" // the two forms
	"fmt"
)

var (
	//go:embed default.yaml
	defaultForm []byte
	//go:embed small.yaml
	smallForm []byte
)

// Form is one of the descriptions that come with Tally: "default" or "small".
func Form(name string) (Description, error) {
	switch name {
	case "default":
		return ParseDescription(defaultForm)
	case "small":
		return ParseDescription(smallForm)
	}
	return Description{}, fmt.Errorf("%w: the forms are default and small, not %q", ErrDescription, name)
}
