// Package table reads lists that spreadsheets write: rows of fields, as CSV
// (RFC 4180) or in what goes by that name.
package table

import (
	"bytes"
	"encoding/binary"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"tally/internal/exact"
)

// Row is a line with something in it.
type Row struct {
	Line   int // of the file, from 1: its first, where a field in quotes has several
	Fields []string
}

// Table is a file's rows, and how many of its lines have none.
type Table struct {
	Rows    []Row
	Skipped int // empty lines, remarks, and a line with the separator
}

// Read reads a list: UTF-8, or UTF-16 with a byte order mark; fields that commas,
// semicolons or tabs separate, and quotes where RFC 4180 has them; lines that end
// as on any system. A first line sep=; names the separator, as spreadsheets take
// it. Empty lines and lines that begin with # are skipped. The caller limits the
// length. The error is an *exact.Error with its line.
func Read(raw []byte) (t Table, err error) {
	text, err := decode(raw)
	if err != nil {
		return t, err
	}
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
	separator, rest, err := separatorOf(text)
	if err != nil {
		return t, err
	}
	before := strings.Count(text[:len(text)-len(rest)], "\n")
	rows := csv.NewReader(strings.NewReader(rest))
	rows.Comma, rows.Comment, rows.FieldsPerRecord = separator, '#', -1
	taken := 0
	for {
		fields, err := rows.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		var broken *csv.ParseError
		if errors.As(err, &broken) {
			return t, &exact.Error{Want: "a field in quotes is wanted that ends with a quote, and doubles those in it", Line: before + broken.StartLine}
		}
		if err != nil {
			return t, fmt.Errorf("read list: %w", err)
		}
		line, _ := rows.FieldPos(0)
		last, _ := rows.FieldPos(len(fields) - 1)
		if slices.ContainsFunc(fields, func(field string) bool { return strings.TrimSpace(field) != "" }) {
			t.Rows = append(t.Rows, Row{before + line, fields})
			taken += 1 + last - line + strings.Count(fields[len(fields)-1], "\n")
		}
	}
	lines := strings.Count(text, "\n")
	if text != "" && !strings.HasSuffix(text, "\n") {
		lines++
	}
	t.Skipped = lines - taken
	return t, nil
}

// decode is a file's text, by its byte order mark.
func decode(raw []byte) (string, error) {
	switch {
	case bytes.HasPrefix(raw, []byte{0xff, 0xfe}):
		return decodeUTF16(raw[2:], binary.LittleEndian)
	case bytes.HasPrefix(raw, []byte{0xfe, 0xff}):
		return decodeUTF16(raw[2:], binary.BigEndian)
	case bytes.IndexByte(raw, 0) >= 0:
		return "", &exact.Error{Want: "a list in UTF-8 is wanted, or in UTF-16 with a byte order mark"}
	}
	raw = bytes.TrimPrefix(raw, []byte("\ufeff"))
	if !utf8.Valid(raw) {
		line := 1
		for rest := range bytes.Lines(raw) {
			if !utf8.Valid(rest) {
				break
			}
			line++
		}
		return "", &exact.Error{Want: "a list in UTF-8 is wanted, and this line is not: save it as CSV UTF-8", Line: line}
	}
	return string(raw), nil
}

func decodeUTF16(raw []byte, order binary.ByteOrder) (string, error) {
	if len(raw)%2 != 0 {
		return "", &exact.Error{Want: "a whole list is wanted: this one, in UTF-16, ends within a character"}
	}
	units := make([]uint16, len(raw)/2)
	for i := range units {
		units[i] = order.Uint16(raw[2*i:])
	}
	text := string(utf16.Decode(units))
	if at := strings.IndexRune(text, utf8.RuneError); at >= 0 {
		return "", &exact.Error{Want: "a list of whole characters is wanted", Line: 1 + strings.Count(text[:at], "\n")}
	}
	return text, nil
}

// separatorOf finds what separates fields, and the text after a line that says so.
func separatorOf(text string) (separator rune, rest string, err error) {
	const separators = ",;\t"
	first, after, _ := strings.Cut(text, "\n")
	if named, ok := strings.CutPrefix(strings.ToLower(first), "sep="); ok {
		if len(named) != 1 || !strings.Contains(separators, named) {
			return 0, "", &exact.Error{Want: "sep= is wanted with a comma, a semicolon or a tab", Line: 1}
		}
		return rune(named[0]), after, nil
	}
	line := 0
	for row := range strings.Lines(text) {
		line++
		if strings.TrimSpace(row) == "" || row[0] == '#' {
			continue
		}
		found := slices.DeleteFunc([]rune(separators), func(s rune) bool { return !strings.ContainsRune(outsideQuotes(row), s) })
		switch len(found) {
		case 0:
			return ',', text, nil
		case 1:
			return found[0], text, nil
		default:
			return 0, "", &exact.Error{Want: "one separator is wanted, and this line has two: put a line sep=; or sep=, in front", Line: line}
		}
	}
	return ',', text, nil
}

// outsideQuotes is a line without what stands in quotes.
func outsideQuotes(line string) string {
	var b strings.Builder
	for i, part := range strings.Split(line, `"`) {
		if i%2 == 0 {
			b.WriteString(part)
		}
	}
	return b.String()
}
