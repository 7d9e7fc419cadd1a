package witness

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"tally/internal/audit/checkpoints"
)

// Limits of a request.
const (
	MaxProof   = 63 // hashes of a consistency proof
	hashLine   = 45 // bytes: 32 in base64 and a newline
	oldLine    = 64 // bytes at most
	MaxRequest = oldLine + MaxProof*hashLine + 1 + checkpoints.MaxLength
)

// Request asks to cosign a checkpoint.
type Request struct {
	Old        int64          // leaves when it was cosigned last, or zero
	Proof      tlog.TreeProof // from Old to the checkpoint; empty from zero or to the same
	Checkpoint []byte         // signed by its log
}

// Encode writes a request as C2SP tlog-witness has it:
//
//	old 20852014
//	PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
//	jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=
//
//	example.com/behind-the-sofa
//	20852163
//	CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
//
//	— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1My…
func (r Request) Encode() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "old %d\n", r.Old)
	for _, h := range r.Proof {
		b.WriteString(h.String() + "\n")
	}
	b.WriteString("\n")
	b.Write(r.Checkpoint)
	return b.Bytes()
}

// ParseRequest reads what Encode writes, in its one form. The error is ErrRequest.
func ParseRequest(raw []byte) (r Request, err error) {
	if len(raw) > MaxRequest {
		return r, fmt.Errorf("%w: %d bytes, at most %d", ErrRequest, len(raw), MaxRequest)
	}
	head, checkpoint, ok := strings.Cut(string(raw), "\n\n")
	lines := strings.Split(head, "\n")
	size, isOld := strings.CutPrefix(lines[0], "old ")
	switch {
	case !ok || !isOld:
		return r, fmt.Errorf("%w: an old size, a proof, an empty line and a checkpoint are wanted", ErrRequest)
	case len(lines)-1 > MaxProof:
		return r, fmt.Errorf("%w: a proof of %d hashes, at most %d", ErrRequest, len(lines)-1, MaxProof)
	}
	if r.Old, err = parseSize(size); err != nil {
		return r, err
	}
	for _, line := range lines[1:] {
		h, err := tlog.ParseHash(line)
		if err != nil || h.String() != line {
			return r, fmt.Errorf("%w: a line of the proof is no hash in base64", ErrRequest)
		}
		r.Proof = append(r.Proof, h)
	}
	r.Checkpoint = []byte(checkpoint)
	return r, nil
}

// parseSize reads a size in its one form.
func parseSize(text string) (int64, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 || strconv.FormatInt(n, 10) != text {
		return 0, fmt.Errorf("%w: not a size", ErrRequest)
	}
	return n, nil
}

// origin is the first line of the checkpoint.
func (r Request) origin() string {
	line, _, _ := bytes.Cut(r.Checkpoint, []byte("\n"))
	return string(line)
}
