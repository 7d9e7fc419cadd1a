package pricing

import (
	"errors"
	"fmt"
	"strconv"
)

// ErrRefused is what every RefusalError is.
var ErrRefused = errors.New("refused")

// Fault is why an input is refused: a closed set.
type Fault string

// The faults.
const (
	FaultNotJSON       Fault = "not_json"       // not one JSON object of whole characters
	FaultTooLong       Fault = "too_long"       // more bytes, characters or depth than allowed
	FaultTooMany       Fault = "too_many"       // more items than allowed
	FaultUnknown       Fault = "unknown_member" // a member that the document does not have
	FaultDoubled       Fault = "doubled"        // a member, an id or an item that comes twice
	FaultMissing       Fault = "missing"        // a member that must be there
	FaultType          Fault = "wrong_type"     // a text where a number belongs, say
	FaultNotWhole      Fault = "not_whole"      // a number with a fraction or an exponent
	FaultRange         Fault = "out_of_range"   // a number below or above its limits
	FaultForm          Fault = "wrong_form"     // a text that is not in its form
	FaultSums          Fault = "sums_disagree"  // a figure that is not what others make it
	FaultContradiction Fault = "contradiction"  // two members that cannot both hold
	FaultTooDear       Fault = "too_dear"       // an expression that costs more steps than allowed
	FaultVersion       Fault = "unsupported"    // a version of the document that this engine does not know
)

// RefusalError says what is wrong with an input, and where. It changes nothing. Path is
// like lines[3].amount, as in the input's JSON form, and empty for the whole of it.
type RefusalError struct {
	Fault  Fault
	Path   string
	Detail string
}

// Error is the place and what is wrong there.
func (r *RefusalError) Error() string {
	if r.Path == "" {
		return r.Detail
	}
	return r.Path + ": " + r.Detail
}

// Is reports that every refusal is ErrRefused.
func (r *RefusalError) Is(target error) bool { return target == ErrRefused }

func refuse(fault Fault, path, format string, args ...any) *RefusalError {
	return &RefusalError{Fault: fault, Path: path, Detail: fmt.Sprintf(format, args...)}
}

// within puts the place of a refusal below another place.
func within(path string, err error) error {
	var r *RefusalError
	if !errors.As(err, &r) {
		return err
	}
	inner := *r
	if inner.Path = path; r.Path != "" {
		inner.Path = join(path, r.Path)
	}
	return &inner
}

// clip keeps messages short and printable, whatever was sent.
func clip(text string) string {
	const most = 40
	if len(text) > most {
		if runes := []rune(text); len(runes) > most {
			text = string(runes[:most]) + "…"
		}
	}
	if !printable(text) {
		text = strconv.QuoteToASCII(text)
	}
	return text
}
