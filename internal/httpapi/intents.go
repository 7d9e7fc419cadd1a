package httpapi

import (
	"slices"

	"github.com/gin-gonic/gin"

	"tally/internal/api"
	"tally/internal/intent"
)

// listIntents has the typed data of everything that is signed, each by itself, for
// libraries that refuse types which a message does not use.
func (s *Server) listIntents(*gin.Context) (*answer, error) {
	list := api.IntentsInfo{Intents: []api.IntentInfo{}}
	for _, schema := range intent.Schemas() {
		list.Intents = append(list.Intents, s.intentInfo(schema))
	}
	return asJSON(list)
}

// getIntent has one of them, by its name.
func (s *Server) getIntent(c *gin.Context) (*answer, error) {
	list := intent.Schemas()
	i := slices.IndexFunc(list, func(schema intent.Schema) bool { return schema.PrimaryType == c.Param("intent") })
	if i < 0 {
		return nil, notFound()
	}
	return asJSON(s.intentInfo(list[i]))
}

func (s *Server) intentInfo(schema intent.Schema) api.IntentInfo {
	return api.IntentInfo{Domain: s.teller.Domain().TypedDomain(), Schema: schema, DomainType: intent.DomainFields()}
}
