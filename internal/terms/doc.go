// Package terms reads campaigns as merchants write them: files in YAML or JSON. It
// knows their form (as JSON Schema, too), turns a file into the intent that its
// merchant signs, and has the ledger's own rules judge it before that.
package terms
