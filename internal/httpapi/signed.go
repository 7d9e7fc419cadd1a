package httpapi

import (
	"strings"

	"github.com/gin-gonic/gin"

	"tally/internal/api"
	"tally/internal/intent"
	"tally/internal/voucher"
)

// Commands differ in who signs them: one author or several operators, and beside
// them the holders of the keys that a command brings into force. Each kind has its
// handler here. id is what the path of a request must name, where it names something.

// post is the handler of a command that one author signs alone. created is the
// address of what it creates, without the id; "" where it creates nothing.
func post[T voucher.SingleIntent](s *Server, created string, id func(T) string) handler {
	return func(c *gin.Context) (*answer, error) {
		command, err := signed(c, id)
		if err != nil {
			return nil, err
		}
		return s.submit(c, command, located(created, id(command.Intent)))
	}
}

// proven is the handler of a command by which one author brings one key into
// force. created is as in post.
func proven[T voucher.ProvenIntent](s *Server, created string, id func(T) string) handler {
	return func(c *gin.Context) (*answer, error) {
		in, signature, err := readSigned(c, id)
		if err != nil {
			return nil, err
		}
		if in.Possession == "" {
			return nil, api.RefusalProblem(voucher.KindPossessionWanted)
		}
		possession, err := intent.ParseSignature(in.Possession)
		if err != nil {
			return nil, err
		}
		command := voucher.Proven[T]{Intent: in.Intent, Signature: signature, Possession: possession}
		return s.submit(c, command, located(created, id(in.Intent)))
	}
}

// approved is the handler of a command that several operators sign.
func approved[T voucher.ApprovedIntent](s *Server, id func(T) string) handler {
	return func(c *gin.Context) (*answer, error) {
		in, approvals, err := readApproved(c, id)
		if err != nil {
			return nil, err
		}
		return s.submit(c, voucher.Approved[T]{Intent: in.Intent, Approvals: approvals}, "")
	}
}

// jointlyProven is the handler of a command by which several operators bring keys
// into force.
func jointlyProven[T voucher.JointlyProvenIntent](s *Server, id func(T) string) handler {
	return func(c *gin.Context) (*answer, error) {
		in, approvals, err := readApproved(c, id)
		if err != nil {
			return nil, err
		}
		command := voucher.JointlyProven[T]{Intent: in.Intent, Approvals: approvals}
		for _, p := range in.Possessions {
			signature, err := intent.ParseSignature(p.Signature)
			if err != nil {
				return nil, err
			}
			command.Possessions = append(command.Possessions, voucher.Possession{Holder: p.Holder, Signature: signature})
		}
		return s.submit(c, command, "")
	}
}

// located is the address of what a command creates; "" where it creates nothing.
func located(created, id string) string {
	if created == "" {
		return ""
	}
	return created + id
}

// signed reads the command of an intent that one author signs alone.
func signed[T voucher.SingleIntent](c *gin.Context, id func(T) string) (voucher.Signed[T], error) {
	in, signature, err := readSigned(c, id)
	return voucher.Signed[T]{Intent: in.Intent, Signature: signature}, err
}

// readSigned reads a request that one author signed.
func readSigned[T voucher.SingleIntent](c *gin.Context, id func(T) string) (in api.SignedRequest[T], signature voucher.Signature, err error) {
	if err := read(c, &in); err != nil {
		return in, signature, err
	}
	if err := matchPath(c, id(in.Intent)); err != nil {
		return in, signature, err
	}
	if err := printable(in.Intent); err != nil {
		return in, signature, err
	}
	signature, err = intent.ParseSignature(in.Signature)
	return in, signature, err
}

// readApproved reads a request that several operators signed.
func readApproved[T voucher.ApprovedIntent](c *gin.Context, id func(T) string) (in api.ApprovedRequest[T], approvals []voucher.Signature, err error) {
	if err := read(c, &in); err != nil {
		return in, nil, err
	}
	if err := matchPath(c, id(in.Intent)); err != nil {
		return in, nil, err
	}
	for _, text := range in.Approvals {
		signature, err := intent.ParseSignature(text)
		if err != nil {
			return in, nil, err
		}
		approvals = append(approvals, signature)
	}
	return in, approvals, nil
}

// matchPath checks that a path which names a resource names the intent's.
func matchPath(c *gin.Context, id string) error {
	path := c.Param("merchant") + c.Param("campaign") + c.Param("id")
	if path != "" && !strings.EqualFold(path, id) {
		return invalid("The intent is about another resource than the address.")
	}
	return nil
}
