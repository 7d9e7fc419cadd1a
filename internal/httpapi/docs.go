package httpapi

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/json"
	"html/template"
	"slices"
	"strings"
	"sync"

	"github.com/gin-gonic/gin"
	"github.com/yuin/goldmark"

	"tally/internal/api"
)

// The pages are made here, of the documents that the server has: no script, and
// nothing that a browser would have to fetch from elsewhere.

//go:embed pages
var pagesFS embed.FS

// pages are the templates and their one style sheet.
type pages struct {
	templates *template.Template
	style     template.CSS
	policy    string // Content-Security-Policy
}

// loadPages reads them once; they never change.
var loadPages = sync.OnceValue(func() pages {
	style, err := pagesFS.ReadFile("pages/style.css")
	if err != nil {
		panic(err)
	}
	sum := sha256.Sum256(style)
	return pages{
		templates: template.Must(template.New("").Funcs(template.FuncMap{
			"json": indented, "text": formatted, "line": formattedLine,
		}).ParseFS(pagesFS, "pages/*.html")),
		style: template.CSS(style), //nolint:gosec // the embedded file
		policy: "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; style-src 'sha256-" +
			base64.StdEncoding.EncodeToString(sum[:]) + "'",
	}
})

// indented is a part of the document to be read by people.
func indented(v any) (string, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(v)
	return b.String(), err
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

// makePage makes a page of a template.
func makePage(name string, data any) ([]byte, error) {
	var b bytes.Buffer
	err := loadPages().templates.ExecuteTemplate(&b, name, struct {
		Style template.CSS
		Data  any
	}{loadPages().style, data})
	return b.Bytes(), err
}

// page answers with what makePage made.
func page(raw []byte, err error) (*answer, error) {
	if err != nil {
		return nil, err
	}
	a := asBytes("text/html; charset=utf-8", raw).
		with("Content-Security-Policy", loadPages().policy).
		with("Referrer-Policy", "no-referrer")
	return a, nil
}

// operation is one route of the document, as the page shows it.
type operation struct {
	Method, Path string
	Spec         map[string]any
}

func operations(paths map[string]any) (list []operation) {
	for path, item := range paths {
		methods, _ := item.(map[string]any)
		for method, spec := range methods {
			of, _ := spec.(map[string]any)
			list = append(list, operation{Method: strings.ToUpper(method), Path: path, Spec: of})
		}
	}
	slices.SortFunc(list, func(a, b operation) int {
		return strings.Compare(a.Path+" "+a.Method, b.Path+" "+b.Method)
	})
	return list
}

// docsPage is large: it is made once.
var docsPage = sync.OnceValues(func() ([]byte, error) {
	tree := api.OpenAPI().Tree
	paths, _ := tree["paths"].(map[string]any)
	return makePage("docs.html", map[string]any{
		"Info": tree["info"], "Operations": operations(paths), "Components": tree["components"],
	})
})

func getDocs(*gin.Context) (*answer, error) { return page(docsPage()) }

func getOpenAPIYAML(*gin.Context) (*answer, error) {
	return asBytes("application/yaml", api.OpenAPI().YAML), nil
}

func getOpenAPIJSON(*gin.Context) (*answer, error) {
	return asBytes("application/json", api.OpenAPI().JSON), nil
}

func listProblems(*gin.Context) (*answer, error) {
	return page(makePage("problems.html", api.Catalogue()))
}

func getProblem(c *gin.Context) (*answer, error) {
	list := api.Catalogue()
	i := slices.IndexFunc(list, func(r api.ProblemType) bool { return r.Code == c.Param("code") })
	if i < 0 {
		return nil, notFound()
	}
	return page(makePage("problem.html", list[i]))
}
