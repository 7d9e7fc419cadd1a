package fabric

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestOrdererBuild_Version(t *testing.T) {
	for text, want := range map[string]string{
		`{"CommitSHA":"435a7f1a780a+smartbft.9","Version":"latest"}`: "patched (9 mends)",
		`{"CommitSHA":"435a7f1a780a","Version":"latest"}`:            stock,
		`{"CommitSHA":"development build","Version":"latest"}`:       stock,
		`{"Version":"v3.1.1"}`:                                       stock,
		`404 page not found`:                                         stock,
	} {
		assert.Equal(t, want, ordererBuild([]byte(text)), text)
	}
}
