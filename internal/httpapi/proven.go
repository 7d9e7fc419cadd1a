package httpapi

import (
	"github.com/gin-gonic/gin"

	"tally/internal/api"
	"tally/internal/intent"
	"tally/internal/voucher"
)

// proven is the handler of a command by which one author brings one key into
// force. created is where the resource is that it creates, if it does.
func proven[T voucher.ProvenIntent](s *Server, created string, id func(T) string) gin.HandlerFunc {
	return func(c *gin.Context) {
		var in api.SignedRequest[T]
		command := voucher.Proven[T]{}
		err := read(c, &in)
		if err == nil {
			err = named(c, id(in.Intent))
		}
		if err == nil {
			err = printable(in.Intent)
		}
		if err == nil {
			command.Intent = in.Intent
			command.Signature, err = intent.ParseSignature(in.Signature)
		}
		if err == nil && in.Possession == "" {
			err = api.RefusalProblem(voucher.KindPossessionWanted)
		}
		if err == nil {
			command.Possession, err = intent.ParseSignature(in.Possession)
		}
		if err != nil {
			s.fail(c, err)
			return
		}
		if created != "" {
			c.Header("Location", created+id(in.Intent))
		}
		s.submit(c, command)
	}
}

// jointlyProven is the handler of a command by which several operators bring keys
// into force.
func jointlyProven[T voucher.JointlyProvenIntent](s *Server, id func(T) string) gin.HandlerFunc {
	return func(c *gin.Context) {
		var in api.ApprovedRequest[T]
		command := voucher.JointlyProven[T]{}
		err := read(c, &in)
		if err == nil {
			err = named(c, id(in.Intent))
		}
		if err == nil {
			command.Intent = in.Intent
			command.Approvals, err = signatures(in.Approvals)
		}
		for _, p := range in.Possessions {
			if err != nil {
				break
			}
			proof := voucher.Possession{Holder: p.Holder}
			proof.Signature, err = intent.ParseSignature(p.Signature)
			command.Possessions = append(command.Possessions, proof)
		}
		if err != nil {
			s.fail(c, err)
			return
		}
		s.submit(c, command)
	}
}

func signatures(texts []string) (list []voucher.Signature, err error) {
	for _, text := range texts {
		signature, err := intent.ParseSignature(text)
		if err != nil {
			return nil, err
		}
		list = append(list, signature)
	}
	return list, nil
}
