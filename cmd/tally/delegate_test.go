package main

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/api"
	"tally/internal/cli"
	"tally/internal/cli/merchant"
	"tally/internal/client"
)

// TestDelegate_FromMadeToRevoked hands tokens out, uses them, and ends them.
func TestDelegate_FromMadeToRevoked(t *testing.T) {
	s := onstage(t)
	campaign := s.found()
	client := client.New(s.server, http.DefaultClient)
	given := mustJSON[merchant.Delegated](s, "merchant", "delegate", "--as", "root", "--for", "Bookkeeper", "--scope", "read:campaigns")
	books, err := client.As(given.Token).Audit(t.Context(), campaign)
	require.NoError(t, err)
	require.True(t, books.Holds)
	s.must("merchant", "revoke", "--as", "root", "--key", given.ID.String())
	_, err = client.As(given.Token).Audit(t.Context(), campaign)
	var p *api.Problem
	require.ErrorAs(t, err, &p)
	require.Equal(t, "unauthorised", p.Code)

	s.must("key", "new", "auditor", "--light-kdf")
	s.must("operator", "auditor", "add", "--as", "operator", "--auditor", "auditor")
	token := mustJSON[cli.PrintedToken](s, "key", "token", "--as", "auditor")
	_, err = client.As(token.Token).Audit(t.Context(), campaign)
	require.NoError(t, err)
	s.must("operator", "auditor", "revoke", "--as", "operator", "--auditor", "auditor")
	_, err = client.As(token.Token).Audit(t.Context(), campaign)
	require.Error(t, err)
	s.refuses(cli.ExitMisused, cli.CodeMisused, "operator", "auditor", "add", "--as", "operator", "--auditor", "auditor", "--life", "8785h")
	s.refuses(cli.ExitMisused, cli.CodeMisused, "merchant", "delegate", "--as", "root", "--for", "x", "--scope", "audit")
}
