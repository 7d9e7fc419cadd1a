package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"
)

// Report is all that was measured.
type Report struct {
	Machine  string   `json:"machine"`
	Began    string   `json:"began"` // RFC 3339
	Took     string   `json:"took"`
	Settings []string `json:"settings"`
	Tables   []Table  `json:"tables"`
}

// Table is the figures of one section. A cell is a text, a whole number, a
// Spread, or nil where there is none.
type Table struct {
	Name    string
	Notes   []string
	Columns []string
	Rows    [][]any
}

// MarshalJSON has a row as an object, by its columns.
func (t Table) MarshalJSON() ([]byte, error) {
	rows := make([]map[string]any, len(t.Rows))
	for i, row := range t.Rows {
		rows[i] = map[string]any{}
		for k, cell := range row {
			rows[i][t.Columns[k]] = cell
		}
	}
	return json.Marshal(map[string]any{"name": t.Name, "notes": t.Notes, "rows": rows})
}

// Spread is what several runs gave.
type Spread struct {
	Median float64 `json:"median"`
	Min    float64 `json:"min"`
	Max    float64 `json:"max"`
}

// spreadOf is the spread of at least one figure.
func spreadOf(figures []float64) Spread {
	sorted := slices.Sorted(slices.Values(figures))
	n := len(sorted)
	return Spread{Median: (sorted[(n-1)/2] + sorted[n/2]) / 2, Min: sorted[0], Max: sorted[n-1]}
}

// String is the median, and the ends where they differ from it.
func (s Spread) String() string {
	if s.Min == s.Max {
		return digits(s.Median)
	}
	return fmt.Sprintf("%s (%s..%s)", digits(s.Median), digits(s.Min), digits(s.Max))
}

// digits writes what of a figure is worth reading: three digits or more.
func digits(f float64) string {
	switch {
	case f == 0:
		return "0"
	case f < 1:
		return fmt.Sprintf("%.3f", f)
	case f < 10:
		return fmt.Sprintf("%.2f", f)
	case f < 100:
		return fmt.Sprintf("%.1f", f)
	default:
		return fmt.Sprintf("%.0f", f)
	}
}

// print writes the report for people.
func (r Report) print(to io.Writer) {
	fmt.Fprintf(to, "%s; began %s, took %s\n", r.Machine, r.Began, r.Took)
	for _, setting := range r.Settings {
		fmt.Fprintln(to, setting)
	}
	for _, t := range r.Tables {
		fmt.Fprintf(to, "\n%s\n", t.Name)
		for _, note := range t.Notes {
			fmt.Fprintln(to, note)
		}
		t.print(to)
	}
}

// print writes columns as wide as their cells: texts begin on the left, figures
// end on the right.
func (t Table) print(to io.Writer) {
	lines := [][]string{t.Columns}
	for _, row := range t.Rows {
		line := make([]string, len(t.Columns))
		for k, cell := range row {
			if cell != nil {
				line[k] = fmt.Sprint(cell)
			}
		}
		lines = append(lines, line)
	}
	for _, line := range lines {
		text := ""
		for k := range line {
			text += "  " + pad(line[k], widest(lines, k), t.isText(k))
		}
		fmt.Fprintln(to, strings.TrimRight(text[2:], " "))
	}
}

func widest(lines [][]string, column int) (width int) {
	for _, line := range lines {
		width = max(width, len(line[column]))
	}
	return width
}

func pad(text string, width int, left bool) string {
	if left {
		return fmt.Sprintf("%-*s", width, text)
	}
	return fmt.Sprintf("%*s", width, text)
}

// isText tells a column of texts from one of figures.
func (t Table) isText(column int) bool {
	return slices.ContainsFunc(t.Rows, func(row []any) bool {
		_, text := row[min(column, len(row)-1)].(string)
		return text && column < len(row)
	})
}

// write writes the report for programs, unless the path is empty.
func (r Report) write(path string) error {
	if path == "" {
		return nil
	}
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	if err := os.WriteFile(path, append(text, '\n'), 0o644); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}

// ms is a time in milliseconds.
func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// mebibytes is a number of bytes in units of 2^20.
func mebibytes(bytes int64) Spread { return spreadOf([]float64{float64(bytes) / (1 << 20)}) }
