package httpapi

import (
	"slices"

	"github.com/gin-gonic/gin"

	"tally/internal/api"
	"tally/internal/httpapi/pages"
)

// page answers with a page that was made.
func page(raw []byte, err error) (*answer, error) {
	a := asBytes(mediaHTML, raw).
		with("Content-Security-Policy", pages.Policy()).
		with("Referrer-Policy", "no-referrer")
	return a, err
}

func getDocs(*gin.Context) (*answer, error) { return page(pages.Docs()) }

func getOpenAPIYAML(*gin.Context) (*answer, error) {
	return asBytes("application/yaml", api.OpenAPI().YAML), nil
}

func getOpenAPIJSON(*gin.Context) (*answer, error) {
	return asBytes(mediaJSON, api.OpenAPI().JSON), nil
}

func listProblems(*gin.Context) (*answer, error) { return page(pages.Problems(api.Catalogue())) }

func getProblem(c *gin.Context) (*answer, error) {
	list := api.Catalogue()
	i := slices.IndexFunc(list, func(r api.ProblemType) bool { return r.Code == c.Param("code") })
	if i < 0 {
		return nil, notFound()
	}
	return page(pages.Problem(list[i]))
}
