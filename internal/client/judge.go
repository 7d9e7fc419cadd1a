package client

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime"
	"net/http"

	"tally/internal/api"
	"tally/internal/voucher"
)

// This file is the one judge of answers, for the Go client, the command line and the
// till agent. Anything between a client and its server may answer in words of its own:
// a redirect, a login page, a cached list, half of an answer. So an answer counts only
// where it proves what it is:
//
//   - an outcome by its status, its media type, its bytes, which are canonical, and its
//     id, which is the digest of what was signed;
//   - a problem by its code, and by the status that the catalogue has for that code;
//   - anything else that was asked for by its status, its media type and its members.
//
// Everything else is a *ForeignError: of a command the outcome is unknown then.

// The media types of answers.
const (
	mediaJSON    = "application/json"
	mediaProblem = "application/problem+json"
	mediaText    = "text/plain"
	mediaOctets  = "application/octet-stream"
)

// outcome is the accepted outcome of the command of an id, answered with a status.
func (r reply) outcome(status int, id voucher.Hash) (voucher.Outcome, error) {
	if err := r.expect(status, mediaJSON); err != nil {
		return voucher.Outcome{}, err
	}
	return r.accepted(r.body, id)
}

// receipted is outcome, for an answer that has a receipt beside the outcome.
func (r reply) receipted(status int, id voucher.Hash) (answer api.ReceiptedOutcome, err error) {
	if err := r.expect(status, mediaJSON); err != nil {
		return answer, err
	}
	var parts struct {
		Outcome json.RawMessage `json:"outcome"`
		Receipt string          `json:"receipt"`
	}
	if err := readJSON(r.body, &parts); err != nil {
		return answer, r.foreign("JSON that is not an outcome and its receipt")
	}
	answer.Receipt = parts.Receipt
	answer.Outcome, err = r.accepted(parts.Outcome, id)
	return answer, err
}

// accepted reads an accepted outcome. The server promises canonical bytes, so a text
// that reads as an outcome and is written in another way is not the server's.
func (r reply) accepted(text []byte, id voucher.Hash) (out voucher.Outcome, err error) {
	if readJSON(text, &out) != nil || !bytes.Equal(out.Canonical(), text) {
		return voucher.Outcome{}, r.foreign("something that is not the outcome of a command")
	}
	if out.Status != voucher.StatusAccepted {
		return voucher.Outcome{}, r.foreign("an outcome that was not accepted")
	}
	if out.ID != id && !id.IsZero() {
		return voucher.Outcome{}, r.foreign("the outcome of another command, " + out.ID.String())
	}
	return out, nil
}

// value reads a JSON answer into a value.
func (r reply) value(into any) error { return r.valueOf(http.StatusOK, into) }

// valueOf is value for an answer with a status.
func (r reply) valueOf(status int, into any) error {
	if err := r.expect(status, mediaJSON); err != nil {
		return err
	}
	if err := shaped(r.body, into); err != nil {
		return r.foreign("JSON that does not answer the question: " + err.Error())
	}
	return nil
}

// raw is an answer that is not JSON.
func (r reply) raw() ([]byte, error) {
	if err := r.expect(http.StatusOK, mediaText, mediaOctets); err != nil {
		return nil, err
	}
	return r.body, nil
}

// expect is nil for a reply of a status and of one of the media types. Otherwise the
// error is the server's *api.Problem, or a *ForeignError.
func (r reply) expect(status int, media ...string) error {
	got := r.media()
	if got == mediaProblem {
		return r.problem()
	}
	if r.status != status {
		return r.foreign("")
	}
	for _, wanted := range media {
		if got == wanted {
			return nil
		}
	}
	return r.foreign("")
}

// media is the media type of a reply, without its parameters.
func (r reply) media() string {
	media, _, err := mime.ParseMediaType(r.header.Get("Content-Type"))
	if err != nil {
		return ""
	}
	return media
}

// problem is the server's problem. A code of the catalogue counts only with the
// catalogue's status: gateways answer with problems, too, and some pass on a body and
// not its status.
func (r reply) problem() error {
	p := new(api.Problem)
	if readJSON(r.body, p) != nil {
		return r.foreign("a problem that cannot be read")
	}
	known, ok := api.Look(p.Code)
	if !ok {
		return r.foreign(fmt.Sprintf("a problem of the code %q, which is none of Tally's", clip(p.Code)))
	}
	if p.Status != r.status || known.Status != r.status {
		return r.foreign(fmt.Sprintf("the problem %s with a status that does not belong to it", p.Code))
	}
	p.Wait = retryAfter(r.header)
	return p
}

// settle is the error of a command, of what judged its answer: a problem that does not
// exclude an effect, and everything that is no answer, leave the outcome unknown.
func settle(err error, id voucher.Hash) error {
	switch problem, sent := problemOf(err), mayHaveLeft(err); {
	case err == nil:
		return nil
	case problem != nil && effectOf(problem) != api.Unsettled:
		return problem
	case problem == nil && !sent:
		return err
	default:
		return &UnknownError{id, err}
	}
}

// effectOf is what a problem that was judged says of its command.
func effectOf(p *api.Problem) api.Effect {
	if known, ok := api.Look(p.Code); ok {
		return known.Effect
	}
	return api.Unsettled
}
