package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
	"gopkg.in/yaml.v3"

	"tally/internal/exact/document"
)

// maxConfig is how large a configuration file may be, in bytes.
const maxConfig = 1 << 20

// File names the configuration file. What it says gives way to the environment,
// and that to flags.
type File struct {
	Config kong.ConfigFlag `help:"YAML file with any of these flags, by their names without dashes in front: scripts/tallyd.yaml has them all. The environment goes before it, flags before both." env:"TALLYD_CONFIG" type:"path"`
}

// Help is what serve's help says after the flags.
func (*Serve) Help() string {
	return `Examples:

  A server to try out:
    tallyd serve --data ./data --operator 0x0123…

  With TLS of its own, for wallets in browsers, watched by Prometheus:
    tallyd serve --listen :443 --tls-cert chain.pem --tls-key key.pem \
      --cors-origin https://wallet.example --metrics-listen 127.0.0.1:9480

  Behind a proxy on the same machine, which speaks TLS and passes addresses on:
    tallyd serve --trusted-proxy 127.0.0.1/32

  By a file, which check-config looks through first:
    tallyd check-config --config /etc/tallyd.yaml
    tallyd serve --config /etc/tallyd.yaml

It ends in good order on SIGTERM: /readyz says no at once, requests are served
for --drain-grace, and what is under way then may finish.`
}

// What can be wrong with a configuration file.
var (
	errConfig     = errors.New("the configuration file is not a mapping of keys to values, or lists of values")
	errUnknownKey = errors.New("the configuration file has an unknown key")
)

// settings are the keys of a configuration file: a kong.Resolver.
type settings struct{ *document.Document }

// readSettings reads a configuration file. The error is errConfig.
func readSettings(r io.Reader) (kong.Resolver, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxConfig+1))
	if err != nil {
		return nil, fmt.Errorf("configuration file: %w", err)
	}
	if len(text) > maxConfig {
		return nil, fmt.Errorf("%w: it is longer than %d bytes", errConfig, maxConfig)
	}
	d, err := document.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errConfig, err)
	}
	return settings{d}, nil
}

// Validate implements kong.Resolver: every key is a flag of serve.
func (s settings) Validate(app *kong.Application) error {
	var known []string
	for _, command := range app.Children {
		if command.Name == "serve" {
			for _, flag := range command.Flags {
				known = append(known, flag.Name)
			}
		}
	}
	for _, key := range s.Names() {
		if !slices.Contains(known, key) || key == "config" || key == "help" {
			return fmt.Errorf("%w: %q in line %d", errUnknownKey, key, s.Line(key))
		}
	}
	return nil
}

// Resolve implements kong.Resolver. A value is taken as it is written: the flag's
// own reader judges it.
func (s settings) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	value := s.Value(flag.Name)
	if value == nil || flag.Name == "config" || fromEnvironment(flag) {
		return nil, nil // kong takes nil for "not here"
	}
	wrong := func(at *yaml.Node, want string) error {
		return fmt.Errorf("%w: line %d: %s: %s", errConfig, at.Line, flag.Name, want)
	}
	switch {
	case value.Kind == yaml.ScalarNode && value.Value == "" && value.Tag == "!!str" && !flag.HasDefault:
		return nil, nil // empty is not set; kong would take no file for the working directory
	case value.Kind == yaml.ScalarNode && value.Tag != "!!null":
		return value.Value, nil
	case value.Kind == yaml.SequenceNode && flag.Target.Kind() == reflect.Slice:
		list := make([]string, 0, len(value.Content))
		for _, item := range value.Content {
			if item.Kind != yaml.ScalarNode || item.Tag == "!!null" || strings.Contains(item.Value, ",") {
				return nil, wrong(item, "a value without a comma is wanted")
			}
			list = append(list, item.Value)
		}
		return strings.Join(list, ","), nil
	case flag.Target.Kind() == reflect.Slice:
		return nil, wrong(value, "a value is wanted, or a list of values")
	default:
		return nil, wrong(value, "one value is wanted")
	}
}

// fromEnvironment reports whether a flag is set there.
func fromEnvironment(flag *kong.Flag) bool {
	return slices.ContainsFunc(flag.Envs, func(name string) bool {
		_, set := os.LookupEnv(name)
		return set
	})
}
