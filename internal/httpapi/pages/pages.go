// Package pages makes the pages of a server, of the documents that it has. A browser
// fetches nothing from elsewhere for them. Their one script only hides entries: a page
// is whole without it.
package pages

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"html/template"
	"strings"
	"sync"

	"github.com/yuin/goldmark"

	"tally/internal/api"
)

//go:embed *.html style.css search.js
var files embed.FS

// sources are the templates, their one style sheet and their one script.
type sources struct {
	templates *template.Template
	style     template.CSS
	script    template.JS
	policy    string // Content-Security-Policy: this style sheet, this script, and nothing else
}

// load reads them once; they never change.
var load = sync.OnceValue(func() sources {
	style, script := read("style.css"), read("search.js")
	return sources{
		templates: template.Must(template.New("").Funcs(template.FuncMap{
			"text": formatted, "line": formattedLine,
		}).ParseFS(files, "*.html")),
		style:  template.CSS(style), //nolint:gosec // the embedded file
		script: template.JS(script), //nolint:gosec // the embedded file
		policy: "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; style-src '" +
			hashed(style) + "'; script-src '" + hashed(script) + "'",
	}
})

func read(name string) []byte {
	raw, err := files.ReadFile(name)
	if err != nil {
		panic(err)
	}
	return raw
}

// hashed is a source as a Content-Security-Policy names it.
func hashed(source []byte) string {
	sum := sha256.Sum256(source)
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// formatted is a description of the document, which is CommonMark. HTML in it is
// left out, so that no description can bring a script or a style along.
func formatted(description string) (template.HTML, error) {
	var b bytes.Buffer
	err := goldmark.Convert([]byte(description), &b)
	return template.HTML(b.String()), err //nolint:gosec // goldmark escapes all text, and omits HTML unless told otherwise
}

// formattedLine is a description of one paragraph, to stand within a line.
func formattedLine(description string) (template.HTML, error) {
	text, err := formatted(description)
	line := strings.TrimSuffix(strings.TrimPrefix(string(text), "<p>"), "</p>\n")
	return template.HTML(line), err //nolint:gosec // the same, without the paragraph's tags
}

// fill makes a page of a template.
func fill(name, title string, data any) ([]byte, error) {
	var b bytes.Buffer
	all := load()
	err := all.templates.ExecuteTemplate(&b, name, struct {
		Title  string
		Style  template.CSS
		Script template.JS
		Data   any
	}{title, all.style, all.script, data})
	return b.Bytes(), err
}

// Policy is the Content-Security-Policy of the pages: their style sheet, their script,
// and nothing else.
func Policy() string { return load().policy }

// Front is the page at the root of a server.
func Front(of api.FrontInfo) ([]byte, error) { return fill("index.html", "a server", of) }

// Problems lists problems.
func Problems(list []api.ProblemType) ([]byte, error) { return fill("problems.html", "problems", list) }

// Problem is the page of one problem.
func Problem(of api.ProblemType) ([]byte, error) { return fill("problem.html", of.Code, of) }

// Docs is the OpenAPI document to be read.
func Docs() ([]byte, error) { return docs() }

// docs is large: it is made once.
var docs = sync.OnceValues(func() ([]byte, error) {
	return fill("docs.html", "the API", newReference(api.OpenAPI()))
})
