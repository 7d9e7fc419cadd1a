// Package terminal writes for people who read a terminal: fields, tables, instants
// and QR symbols, and texts of strangers with nothing in them that moves the cursor,
// adds a line or turns letters around.
package terminal
