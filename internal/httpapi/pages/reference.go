package pages

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"tally/internal/api"
)

// reference is the OpenAPI document as the page shows it: every reference resolved,
// every schema as rows of a table.
type reference struct {
	Description string
	Groups      []group
	Schemas     []named
}

// group has the operations of one tag.
type group struct {
	Name, Description string
	Operations        []operation
}

// operation is one method of one path.
type operation struct {
	ID, Method, Path     string
	Summary, Description string
	Access               string
	Parameters           []row
	Body                 *content
	Answers              []reply
}

// content is a body of a media type, and an example of it.
type content struct {
	Media   string
	Rows    []row
	Example string
}

// reply is an answer of one status.
type reply struct {
	Status, Description string
	Headers             []row
	Problems            []api.ProblemType // that it can be, where it is a problem
	content
}

// named is a schema that others refer to.
type named struct {
	Name, Description string
	Rows              []row
}

// row is one member, parameter or header. Depth is how deep it is within its object.
type row struct {
	Name     string
	Depth    int
	Required bool
	Schema   string // the name of its schema, if that has one
	Type     string
	Pattern  string
	Text     string
}

// part is a part of the document.
type part = map[string]any

// maxDepth is how deep members are shown within members. What is deeper is a link away.
const maxDepth = 4

// writer makes a reference of a document.
type writer struct{ document api.Document }

func newReference(d api.Document) reference {
	w := writer{d}
	info, _ := d.Tree["info"].(part)
	r := reference{Description: text(info, "description")}
	tags, _ := d.Tree["tags"].([]any)
	for _, t := range tags {
		tag, _ := t.(part)
		r.Groups = append(r.Groups, group{text(tag, "name"), text(tag, "description"), w.operations(text(tag, "name"))})
	}
	components, _ := d.Tree["components"].(part)
	schemas, _ := components["schemas"].(part)
	for _, name := range slices.Sorted(maps.Keys(schemas)) {
		schema, _ := schemas[name].(part)
		r.Schemas = append(r.Schemas, named{name, text(schema, "description"), w.schemaRows(schema)})
	}
	return r
}

// operations are those of a tag, by path and method.
func (w writer) operations(tag string) (list []operation) {
	paths, _ := w.document.Tree["paths"].(part)
	for path, methods := range paths {
		all, _ := methods.(part)
		for method, o := range all {
			spec, _ := o.(part)
			if tags, _ := spec["tags"].([]any); slices.Contains(tags, any(tag)) {
				list = append(list, w.operation(strings.ToUpper(method), path, spec))
			}
		}
	}
	slices.SortFunc(list, func(a, b operation) int { return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Method, b.Method)) })
	return list
}

func (w writer) operation(method, path string, spec part) operation {
	o := operation{
		ID: text(spec, "operationId"), Method: method, Path: path,
		Summary: text(spec, "summary"), Description: text(spec, "description"), Access: needs(spec),
	}
	parameters, _ := spec["parameters"].([]any)
	for _, p := range parameters {
		of := w.resolved(p)
		one := w.row(text(of, "name"), 0, of["schema"])
		one.Required, _ = of["required"].(bool)
		one.Type = strings.TrimPrefix("in the "+text(of, "in")+", "+one.Type, "in the path, ")
		one.Text = cmp.Or(text(of, "description"), one.Text)
		o.Parameters = append(o.Parameters, one)
	}
	if body, ok := spec["requestBody"].(part); ok {
		o.Body = w.content(body)
	}
	answers, _ := spec["responses"].(part)
	for _, status := range slices.Sorted(maps.Keys(answers)) {
		o.Answers = append(o.Answers, w.answer(status, w.resolved(answers[status])))
	}
	return o
}

// needs says who may ask.
func needs(spec part) string {
	switch list, _ := spec["security"].([]any); len(list) {
	case 0:
		return "No token is needed."
	case 1:
		return "A bearer token is needed."
	default:
		return "A bearer token may be sent, to see more."
	}
}

func (w writer) answer(status string, of part) reply {
	r := reply{Status: status, Description: text(of, "description")}
	headers, _ := of["headers"].(part)
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		if name == api.HeaderRequestID {
			continue // on every answer
		}
		if strings.HasPrefix(name, "RateLimit") && status != "429" {
			continue // on every answer of a server with limits, and shown once
		}
		header := w.resolved(headers[name])
		one := w.row(name, 0, header["schema"])
		one.Text = text(header, "description")
		r.Headers = append(r.Headers, one)
	}
	if c := w.content(of); c != nil {
		r.content = *c
	}
	if strings.HasSuffix(r.Media, "problem+json") {
		r.Rows = nil // it has one form, which stands below
		r.Problems = problems(of)
	}
	return r
}

// problems are those that an answer can be. The last part of its schema has their codes:
// the server put it there.
func problems(of part) (list []api.ProblemType) {
	medias := asPart(of["content"])
	for _, media := range medias {
		parts, _ := asPart(asPart(media)["schema"])["allOf"].([]any)
		if len(parts) == 0 {
			continue
		}
		properties := asPart(asPart(parts[len(parts)-1])["properties"])
		codes, _ := asPart(properties["code"])["enum"].([]any)
		for _, code := range codes {
			name, _ := code.(string)
			if t, ok := api.Look(name); ok {
				list = append(list, t)
			}
		}
	}
	return list
}

// content is the body of a request or an answer. Where there are two media types, it
// is JSON.
func (w writer) content(of part) *content {
	medias, _ := of["content"].(part)
	list := slices.Sorted(maps.Keys(medias))
	if len(list) == 0 {
		return nil
	}
	media, _ := medias[list[0]].(part)
	c := &content{Media: strings.Join(list, ", "), Rows: w.schemaRows(media["schema"])}
	if example, ok := media["example"]; ok {
		c.Example = indented(example)
	}
	return c
}

// indented is an example to be read by people.
func indented(v any) string {
	if text, ok := v.(string); ok {
		return text
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		return ""
	}
	return b.String()
}

// schemaRows are the rows of a schema: of its members, or of itself where it has none.
func (w writer) schemaRows(schema any) []row {
	if rows := w.members(schema, 0); len(rows) > 0 {
		return rows
	}
	return []row{w.row("", 0, schema)}
}

// members are the rows of an object's members, of the elements of a list of objects,
// and of theirs.
func (w writer) members(schema any, depth int) (rows []row) {
	of := w.resolved(schema)
	if items, ok := of["items"]; ok {
		return w.members(items, depth)
	}
	properties, _ := of["properties"].(part)
	required, _ := of["required"].([]any)
	for _, name := range order(properties, required) {
		one := w.row(name, depth, properties[name])
		one.Required = slices.Contains(required, any(name))
		rows = append(rows, one)
		if depth < maxDepth {
			rows = append(rows, w.members(properties[name], depth+1)...)
		}
	}
	return rows
}

// order has the members of an object: the required ones as the document lists them,
// then the others by name.
func order(properties part, required []any) (names []string) {
	for _, name := range required {
		if name, ok := name.(string); ok {
			names = append(names, name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// row is a schema in one row.
func (w writer) row(name string, depth int, schema any) row {
	of, resolved := asPart(schema), w.resolved(schema)
	r := row{Name: name, Depth: depth, Schema: schemaName(of), Text: cmp.Or(text(of, "description"), text(resolved, "description"))}
	if items := asPart(resolved["items"]); items != nil && r.Schema == "" {
		r.Schema = schemaName(items)
	}
	r.Type, r.Pattern = w.kind(resolved)
	return r
}

// kind is the type of a schema with its limits, and its pattern.
func (w writer) kind(of part) (kind, pattern string) {
	if fixed, ok := of["const"]; ok {
		return fmt.Sprintf("always %v", fixed), ""
	}
	if list, ok := of["enum"].([]any); ok {
		return "one of " + joined(list), ""
	}
	if list, ok := of["oneOf"].([]any); ok {
		names := make([]any, len(list))
		for i, one := range list {
			names[i] = schemaName(asPart(one))
		}
		return "one of " + joined(names), ""
	}
	kind, _ = of["type"].(string)
	if list, ok := of["type"].([]any); ok {
		kind = strings.ReplaceAll(joined(list), ", ", " or ")
	}
	limit := func(name, words string) {
		if value, ok := of[name]; ok {
			kind += fmt.Sprintf(words, value)
		}
	}
	limit("format", " (%v)")
	limit("minimum", " from %v")
	limit("maximum", " to %v")
	limit("minLength", ", at least %v")
	limit("maxLength", ", at most %v characters")
	limit("maxItems", ", at most %v items")
	limit("default", ", else %v")
	return kind, text(of, "pattern")
}

func joined(list []any) string {
	texts := make([]string, len(list))
	for i, one := range list {
		texts[i] = fmt.Sprint(one)
	}
	return strings.Join(texts, ", ")
}

// resolved is a part, or what its reference leads to.
func (w writer) resolved(of any) part { return asPart(w.document.Resolve(of)) }

func asPart(of any) part {
	p, _ := of.(part)
	return p
}

func text(of part, name string) string {
	s, _ := of[name].(string)
	return s
}

// schemaName is the name of the schema that a reference leads to; "" for none.
func schemaName(of part) string {
	name, ok := strings.CutPrefix(text(of, "$ref"), "#/components/schemas/")
	if !ok {
		return ""
	}
	return name
}
