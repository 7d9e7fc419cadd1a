package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// env is an environment of a few variables.
func env(pairs ...string) func(string) string {
	return func(name string) string {
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == name {
				return pairs[i+1]
			}
		}
		return ""
	}
}

func TestSettings_TakenOrNamed(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file.pem")
	require.NoError(t, os.WriteFile(file, []byte("pem"), 0o600))
	id := []string{"CHAINCODE_ID", "tally_1:ab"}
	local := append(id, "CHAINCODE_SERVER_ADDRESS", "127.0.0.1:7052")
	tls := []string{"CHAINCODE_TLS_KEY", file, "CHAINCODE_TLS_CERT", file, "CHAINCODE_TLS_CLIENT_CACERT", file}
	with := func(lists ...[]string) (all []string) {
		for _, list := range lists {
			all = append(all, list...)
		}
		return all
	}
	for name, example := range map[string]struct {
		environment []string
		want        error
	}{
		"on this machine":          {local, nil},
		"on this machine by name":  {with(id, []string{"CHAINCODE_SERVER_ADDRESS", "localhost:7052"}), nil},
		"anywhere, with TLS":       {with(id, tls, []string{"CHAINCODE_SERVER_ADDRESS", "0.0.0.0:7052"}), nil},
		"anywhere, without TLS":    {with(id, []string{"CHAINCODE_SERVER_ADDRESS", "0.0.0.0:7052"}), errPlain},
		"on every interface":       {with(id, []string{"CHAINCODE_SERVER_ADDRESS", ":7052"}), errPlain},
		"half of TLS":              {with(local, tls[:2]), errSetting},
		"no package id":            {local[2:], errSetting},
		"no address":               {id, errSetting},
		"a tolerance":              {with(local, []string{"TALLY_CLOCK_TOLERANCE", "45s"}), nil},
		"a tolerance that is none": {with(local, []string{"TALLY_CLOCK_TOLERANCE", "45"}), errSetting},
		"a tolerance of nothing":   {with(local, []string{"TALLY_CLOCK_TOLERANCE", "0"}), errSetting},
		"a tolerance with a sign":  {with(local, []string{"TALLY_CLOCK_TOLERANCE", "+45s"}), errSetting},
		"a fraction of tolerance":  {with(local, []string{"TALLY_CLOCK_TOLERANCE", "1.5s"}), errSetting},
		"a tolerance in octal":     {with(local, []string{"TALLY_CLOCK_TOLERANCE", "045s"}), errSetting},
		"a wide tolerance":         {with(local, []string{"TALLY_CLOCK_TOLERANCE", "４５s"}), errSetting},
		"a tolerance below zero":   {with(local, []string{"TALLY_CLOCK_TOLERANCE", "-45s"}), errSetting},
	} {
		t.Run(name, func(t *testing.T) {
			server, err := newServer(env(example.environment...))
			require.ErrorIs(t, err, example.want)
			if example.want == nil {
				require.Equal(t, "tally_1:ab", server.CCID)
			}
		})
	}
}
