package httpapi_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tally/internal/intent"
)

// operation is one route of the document, with what it takes.
type operation struct {
	id, method, path string
	parameters       []documented
	body             tree // schema; nil where it takes none
}

// documented is one parameter.
type documented struct {
	name, in string
	schema   tree
}

// contract is the document as a generator of requests reads it.
type contract struct {
	operations []operation
	schemas    tree
}

func readContract(t testing.TB) contract {
	t.Helper()
	all := openAPI(t)
	c := contract{schemas: at(t, all, "components", "schemas")}
	parameters := at(t, all, "components", "parameters")
	for path, methods := range at(t, all, "paths") {
		for method, of := range methods.(tree) {
			spec := of.(tree)
			o := operation{id: spec["operationId"].(string), method: strings.ToUpper(method), path: path}
			if list, ok := spec["parameters"].([]any); ok {
				for _, reference := range list {
					p := at(t, parameters, refOf(reference.(tree)))
					o.parameters = append(o.parameters, documented{p["name"].(string), p["in"].(string), c.resolve(at(t, p, "schema"))})
				}
			}
			if spec["requestBody"] != nil {
				o.body = at(t, spec, "requestBody", "content", "application/json", "schema")
			}
			c.operations = append(c.operations, o)
		}
	}
	slices.SortFunc(c.operations, func(a, b operation) int { return strings.Compare(a.id, b.id) })
	require.NotEmpty(t, c.operations)
	return c
}

// refOf is the last part of a reference, or "".
func refOf(schema tree) string {
	ref, _ := schema["$ref"].(string)
	return ref[strings.LastIndex(ref, "/")+1:]
}

// resolve is the schema that a reference leads to.
func (c contract) resolve(schema tree) tree {
	for name := refOf(schema); name != ""; name = refOf(schema) {
		schema, _ = c.schemas[name].(tree)
	}
	return schema
}

// property is the schema of an object's member; nil where it has none.
func (c contract) property(schema tree, name string) tree {
	properties, _ := c.resolve(schema)["properties"].(tree)
	found, _ := properties[name].(tree)
	return found
}

// items is the schema of an array's elements.
func (c contract) items(schema tree) tree {
	found, _ := c.resolve(schema)["items"].(tree)
	return found
}

// signedType is an empty value of a type that is signed, by its schema's name.
func signedType(schema tree) (like any, ok bool) {
	i := slices.IndexFunc(intent.Types(), func(like any) bool { return typeName(like) == refOf(schema) })
	if i < 0 {
		return nil, false
	}
	return intent.Types()[i], true
}
