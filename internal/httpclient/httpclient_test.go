package httpclient_test

import (
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tally/internal/httpclient"
)

// TestAttack_Clients_FollowNoRedirect has a server send every kind of request on
// to another one, which nothing may reach.
func TestAttack_Clients_FollowNoRedirect(t *testing.T) {
	reached := false
	inside := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached = true }))
	defer inside.Close()
	for status := http.StatusMultipleChoices; status < http.StatusBadRequest; status++ {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", inside.URL)
			w.WriteHeader(status)
		}))
		for name, client := range map[string]*http.Client{
			"new": httpclient.New(nil, time.Minute), "direct": httpclient.Direct(&http.Client{}),
			"of a transport": httpclient.New(&http.Transport{DisableKeepAlives: true}, 0),
		} {
			for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodDelete} {
				request, err := http.NewRequestWithContext(t.Context(), method, server.URL, strings.NewReader("code"))
				require.NoError(t, err)
				response, err := client.Do(request)
				require.NoError(t, err)
				require.Equal(t, status, response.StatusCode)
				require.NoError(t, response.Body.Close())
				require.False(t, reached, "%s %s %d", name, method, status)
			}
		}
		server.Close()
	}
}

// TestClients_AreMadeHere reads the sources of all programs. A network of Fabric is
// built without this project's packages, and asks its own nodes only.
func TestClients_AreMadeHere(t *testing.T) {
	made := regexp.MustCompile(`http\.(Client\{|DefaultClient|Get\(|Post\(|PostForm\(|Head\()`)
	root, seen := filepath.Join("..", ".."), 0
	for _, part := range []string{"cmd", "internal", "chaincode"} {
		err := filepath.WalkDir(filepath.Join(root, part), func(path string, d fs.DirEntry, err error) error {
			isSource := strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go")
			if err != nil || d.IsDir() || !isSource || strings.Contains(path, filepath.Join("internal", "httpclient")) {
				return err
			}
			raw, err := os.ReadFile(path)
			seen++
			require.NotRegexp(t, made, string(raw), "%s makes a client of its own", path)
			return err
		})
		require.NoError(t, err)
	}
	require.Greater(t, seen, 100)
}
