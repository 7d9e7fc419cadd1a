package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/cli"
)

// TestCode_NeverInAnError gives a code where it belongs, and where it does not, in
// the forms that scanners and people give it. Whatever is printed has no part of it
// from which the rest could be guessed.
func TestCode_NeverInAnError(t *testing.T) {
	s := onstage(t)
	ref := s.claim("alice", s.found())
	code := s.code("alice", ref.String())
	s.must("cancel", "--as", "alice", "--code", s.file("code", code)) // what follows is refused, whatever its form
	french := strings.NewReplacer("A", "Q", "Q", "A", "1", "&", "-", ")").Replace(code)
	for _, text := range []string{
		code, " " + code, "\n" + code, "\ufeff" + code, "]Q1" + code, strings.ToLower(code), code[:len(code)-3], code + "XYZ", code[:90] + "\n" + code[90:],
		"./" + code, "QR-Code: " + code, strings.Replace(code, "TALLY1", "TALLY7", 1), strings.Replace(code, "-", "'", 1), french, s.file("broken", code+"!"), s.file("french", french),
	} {
		for _, command := range [][]string{
			redeem(text, "--discount", "32.00"), {"redeem", text}, {"show", "--as", "alice", text}, {"status", "--as", "alice", text}, {text}, {"--" + text},
			{"claim", "--as", text, "cmp_00000000000000000000000000000000"}, {"issue", "send", "--as", "root", "--merchant", text, "cmp_00000000000000000000000000000000", text},
			{"campaign", "check", text}, {"cancel", "--as", "alice", "--code", text},
		} {
			for _, form := range [][]string{command, append([]string{"--json"}, command...)} {
				r := s.run(form...)
				if command[0] != "cancel" { // which has the same outcome again
					require.NotEqual(t, cli.ExitOK, r.code, "%q", form)
				}
				printed := strings.ToUpper(r.out + r.errors)
				for i := 7; i+16 <= len(code); i += 8 {
					require.NotContains(t, printed, code[i:i+16], "%q", form)
				}
			}
		}
	}
}
