package main

import (
	"encoding/json"
	"fmt"

	"tally/internal/audit/witness"
)

// Show prints what others need to know of a witness.
type Show struct {
	Data string `help:"Data directory." default:"./witness" env:"TALLY_WITNESS_DATA" type:"path"`
	JSON bool   `name:"json" help:"Print one JSON object."`
}

// Help is shown below the usage.
func (Show) Help() string {
	return `Example: tally-witness show --data ./witness

It may be run beside the server. Give the key to the log's operator and to auditors, whose policy names it:

  witness w1 KEY https://witness.example.org
  quorum w1`
}

// shown is what --json prints.
type shown struct {
	Key  string             `json:"key"`
	Logs []witness.Cosigned `json:"logs"`
}

// Run shows it.
func (s *Show) Run(o *output) error {
	key, err := witness.OpenKey(s.Data, "")
	if err != nil {
		return err
	}
	logs, err := witness.Recorded(s.Data)
	if err != nil {
		return err
	}
	if s.JSON {
		e := json.NewEncoder(o.out)
		e.SetEscapeHTML(false)
		return e.Encode(shown{key.Public(), logs})
	}
	fmt.Fprintln(o.out, "key ", key.Public())
	for _, l := range logs {
		fmt.Fprintf(o.out, "log  %s: %d leaves, root %s\n", l.Origin, l.Size, l.Root)
	}
	return nil
}
