// Package document reads a YAML document that a person wrote: one mapping, in
// which every value means the same to every reader of YAML. What YAML 1.1 and 1.2
// or two libraries take for different things is refused, with the line.
package document
