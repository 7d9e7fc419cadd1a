package cli

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"strings"

	"github.com/alecthomas/kong"

	"tally/internal/voucher"
)

// maxGiven is how much of standard input and of a file is looked at to tell two
// command lines apart, in bytes: a little more than the longest list of an issue.
const maxGiven = 256<<20 + 1

// given is the command line of a run, as a person gave it.
type given struct {
	verb        string          // campaign create
	text        string          // the line, without what is secret
	key         voucher.Address // of the first --as; zero if there is none
	fingerprint voucher.Hash    // zero where the line reads from what can be read only once
}

// errOnce says that what a flag names cannot be read twice: a pipe of a shell, say.
var errOnce = errors.New("can be read only once")

// given finds out what makes this command line the same as another: the server, the
// verb, its own flags and its arguments. A key counts by its address, and a file, or
// standard input, by what it contains. What the program makes anew each time does not
// count: deadlines, salts, the versions that it reads. Nor do the flags of every
// command: where keys are, how to answer.
func (a *App) given(parsed *kong.Context) (given, error) {
	node := parsed.Selected()
	if node == nil {
		return given{}, nil
	}
	g := given{verb: node.Path()}
	g.verb = strings.TrimPrefix(g.verb, "tally ")
	if at := strings.IndexAny(g.verb, "<["); at >= 0 {
		g.verb = g.verb[:at]
	}
	g.verb = strings.TrimSpace(g.verb)
	g.text = "tally " + g.verb
	sum := sha256.New()
	fmt.Fprintf(sum, "%q %q\n", strings.TrimSuffix(a.Server, "/"), g.verb)
	for _, value := range ownValues(node) {
		same, err := a.same(value)
		if errors.Is(err, errOnce) {
			return given{verb: g.verb, text: g.text, key: g.key}, nil
		}
		if err != nil {
			return g, err
		}
		fmt.Fprintf(sum, "%s %s\n", value.name, same)
		g.text += value.line()
		if value.name == "--as" && g.key.IsZero() {
			g.key = a.firstKey(value)
		}
	}
	g.fingerprint = voucher.Hash(sum.Sum(nil))
	return g, nil
}

// givenValue is a flag or an argument of a verb.
type givenValue struct {
	name  string // --merchant, or <voucher>
	value *kong.Value
}

// ownValues are the flags and arguments of a verb that were given or have a default,
// in the order of the grammar.
func ownValues(node *kong.Node) (all []givenValue) {
	for _, flag := range node.Flags {
		if !flag.Target.IsZero() {
			all = append(all, givenValue{"--" + flag.Name, flag.Value})
		}
	}
	for _, argument := range node.Positional {
		all = append(all, givenValue{"<" + argument.Name + ">", argument})
	}
	return all
}

// texts are the value's parts as a person would type them.
func (v givenValue) texts() []string {
	target := v.value.Target
	for target.Kind() == reflect.Pointer {
		target = target.Elem()
	}
	if target.Kind() != reflect.Slice {
		return []string{fmt.Sprint(target.Interface())}
	}
	list := make([]string, target.Len())
	for i := range list {
		list[i] = fmt.Sprint(target.Index(i).Interface())
	}
	return list
}

// line is the value as a part of the command line, without codes.
func (v givenValue) line() (line string) {
	for _, text := range v.texts() {
		switch {
		case v.value.Tag.Has("content") && text != "-" && !isFile(text):
			text = "…"
		case strings.ContainsAny(text, " \t'\"\\"):
			text = fmt.Sprintf("%q", text)
		}
		if strings.HasPrefix(v.name, "--") {
			line += " " + v.name
		}
		line += " " + text
	}
	return line
}

// isFile reports whether a text names a file. What does not may be a code, or one that
// was mistyped, and is a secret.
func isFile(text string) bool {
	info, err := os.Stat(text)
	return err == nil && !info.IsDir()
}

// looksLikeCode reports whether a text begins as the codes that wallets show.
func looksLikeCode(text string) bool {
	return strings.HasPrefix(strings.ToUpper(strings.TrimSpace(text)), "TALLY")
}

// same is a text that is the same for values that mean the same.
func (a *App) same(v givenValue) (string, error) {
	list := v.texts()
	for i, text := range list {
		switch {
		case v.value.Tag.Has("content"):
			sum, err := a.contentOf(text)
			if err != nil {
				return "", err
			}
			list[i] = sum.String()
		case strings.Contains(v.value.Tag.PlaceHolder, "KEY") && v.name != "--key":
			if address, err := a.Address(text); err == nil {
				list[i] = address.String()
			}
		}
	}
	text, err := json.Marshal(list)
	return string(text), err
}

// firstKey is the address of the first key of a flag; zero if there is no such key.
func (a *App) firstKey(v givenValue) voucher.Address {
	address, err := a.Address(v.texts()[0])
	if err != nil {
		return voucher.Address{}
	}
	return address
}

// contentOf is the sum of what a flag names: a code, a file, or standard input by "-".
func (a *App) contentOf(from string) (voucher.Hash, error) {
	if from == "-" {
		text, err := io.ReadAll(io.LimitReader(a.Stdin, maxGiven))
		a.Stdin = io.MultiReader(bytes.NewReader(text), a.Stdin) // for who reads it next
		return sha256.Sum256(bytes.TrimSpace(text)), err
	}
	if looksLikeCode(from) {
		return sha256.Sum256([]byte(strings.TrimSpace(from))), nil
	}
	info, err := os.Stat(from)
	if err != nil {
		return sha256.Sum256([]byte(from)), nil //nolint:nilerr // who needs the file says what is wrong
	}
	if !info.Mode().IsRegular() {
		return voucher.Hash{}, errOnce
	}
	f, err := os.Open(from) //nolint:gosec // the user names it
	if err != nil {
		return voucher.Hash{}, Misused("%w", err)
	}
	sum := sha256.New()
	_, err = io.Copy(sum, io.LimitReader(f, maxGiven))
	if err := errors.Join(err, f.Close()); err != nil {
		return voucher.Hash{}, Misused("%w", err)
	}
	return voucher.Hash(sum.Sum(nil)), nil
}
