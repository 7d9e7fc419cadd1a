package httpapi

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/json"
	"html/template"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/gin-gonic/gin"

	"tally/internal/voucher"
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
		templates: template.Must(template.New("").Funcs(template.FuncMap{"json": indented}).ParseFS(pagesFS, "pages/*.html")),
		style:     template.CSS(style), //nolint:gosec // the embedded file
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

func (s *Server) page(c *gin.Context, name string, data any) {
	p := loadPages()
	var b bytes.Buffer
	err := p.templates.ExecuteTemplate(&b, name, struct {
		Style template.CSS
		Data  any
	}{p.style, data})
	if err != nil {
		s.fail(c, err)
		return
	}
	c.Header("Content-Security-Policy", p.policy)
	c.Header("Referrer-Policy", "no-referrer")
	c.Data(http.StatusOK, "text/html; charset=utf-8", b.Bytes())
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

func (s *Server) getDocs(c *gin.Context) {
	tree := document().tree
	paths, _ := tree["paths"].(map[string]any)
	s.page(c, "docs.html", map[string]any{
		"Info": tree["info"], "Operations": operations(paths), "Components": tree["components"],
	})
}

func (s *Server) listProblems(c *gin.Context) { s.page(c, "problems.html", Catalogue()) }

func (s *Server) getProblem(c *gin.Context) {
	list := Catalogue()
	i := slices.IndexFunc(list, func(r voucher.Refusal) bool { return r.Code == c.Param("code") })
	if i < 0 {
		s.fail(c, notFound())
		return
	}
	s.page(c, "problem.html", list[i])
}
