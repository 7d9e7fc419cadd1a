package api

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"
	"sync"

	"gopkg.in/yaml.v3"
)

//go:embed openapi.yaml
var openAPIText []byte

// The examples of the document, by operation: a request and what it was
// answered, as a test plays them.
//
//go:embed examples.json
var examplesText []byte

// Example is a request and its answer. An answer of text is here as a JSON
// string, one of octets as that of their base64.
type Example struct {
	Request json.RawMessage `json:"request,omitempty"`
	Answer  json.RawMessage `json:"answer"`
}

// Document is the API's description, OpenAPI 3.1 with the examples in it.
type Document struct {
	YAML, JSON []byte
	Tree       map[string]any // the same, decoded
}

// document is made once, of embedded files that a test has read, and never changed.
var document = sync.OnceValue(func() Document {
	d, err := readOpenAPI(openAPIText, examplesText)
	if err != nil {
		panic(err)
	}
	return d
})

// OpenAPI is the document as it is served. Nobody changes it.
func OpenAPI() Document { return document() }

// readOpenAPI puts the problems and the examples where they belong.
func readOpenAPI(text, examples []byte) (d Document, err error) {
	var root yaml.Node
	if err := yaml.Unmarshal(text, &root); err != nil {
		return d, fmt.Errorf("openapi.yaml: %w", err)
	}
	var of map[string]Example
	if err := json.Unmarshal(examples, &of); err != nil {
		return d, fmt.Errorf("examples.json: %w", err)
	}
	if err := addProblems(root.Content[0]); err != nil {
		return d, fmt.Errorf("openapi.yaml: %w", err)
	}
	if err := addExamples(&root, of); err != nil {
		return d, err
	}
	if d.YAML, err = yaml.Marshal(&root); err != nil {
		return d, fmt.Errorf("openapi.yaml: %w", err)
	}
	if err := yaml.Unmarshal(d.YAML, &d.Tree); err != nil {
		return d, fmt.Errorf("openapi.yaml: %w", err)
	}
	d.JSON, err = json.MarshalIndent(d.Tree, "", " ")
	return d, err
}

// QueryParameter is a parameter of an operation that stands in the query.
type QueryParameter struct {
	Name  string
	Empty bool // it may be there without a value: allowEmptyValue
}

// QueryParameters lists what the query of an operation may have, in the order of the
// document. The path is written as there: "/v1/vouchers/{voucher}".
func (d Document) QueryParameters(method, path string) (list []QueryParameter) {
	operation, _ := lookUp(d.Tree, "paths", path, strings.ToLower(method)).(map[string]any)
	parameters, _ := operation["parameters"].([]any)
	for _, p := range parameters {
		of, _ := d.Resolve(p).(map[string]any)
		if of["in"] != "query" {
			continue
		}
		name, _ := of["name"].(string)
		empty, _ := of["allowEmptyValue"].(bool)
		list = append(list, QueryParameter{name, empty})
	}
	return list
}

// Resolve is a part of the document, or what its $ref leads to.
func (d Document) Resolve(part any) any {
	reference, _ := lookUp(part, "$ref").(string)
	if reference == "" {
		return part
	}
	return d.Resolve(lookUp(d.Tree, strings.Split(strings.TrimPrefix(reference, "#/"), "/")...))
}

// lookUp follows names down a tree; nil is nothing there.
func lookUp(part any, names ...string) any {
	for _, name := range names {
		members, _ := part.(map[string]any)
		part = members[name]
	}
	return part
}

// member is a mapping's value, or nil.
func member(n *yaml.Node, name string) *yaml.Node {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == name {
			return n.Content[i+1]
		}
	}
	return nil
}

func addExamples(root *yaml.Node, of map[string]Example) error {
	whole := root.Content[0]
	for _, operation := range operations(whole) {
		example, ok := of[member(operation, "operationId").Value]
		if !ok {
			continue
		}
		if err := addExample(whole, operation, example); err != nil {
			return err
		}
	}
	return nil
}

// operations are those of a document, in its order.
func operations(whole *yaml.Node) (list []*yaml.Node) {
	paths := member(whole, "paths")
	for i := 1; i < len(paths.Content); i += 2 {
		methods := paths.Content[i]
		for k := 1; k < len(methods.Content); k += 2 {
			list = append(list, methods.Content[k])
		}
	}
	return list
}

// addExample puts the request into an operation's body, and the answer beside
// its first response.
func addExample(whole, operation *yaml.Node, e Example) error {
	if len(e.Request) > 0 {
		if err := exampleOf(member(member(member(operation, "requestBody"), "content"), "application/json"), e.Request); err != nil {
			return err
		}
	}
	first := member(operation, "responses").Content[1]
	if reference := member(first, "$ref"); reference != nil {
		// A shared response: its example is this operation's own.
		name := strings.TrimPrefix(reference.Value, "#/components/responses/")
		*first = *copied(member(member(member(whole, "components"), "responses"), name))
	}
	return exampleOf(onlyMedia(member(first, "content")), e.Answer)
}

// copied is a part of the document that may be changed by itself.
func copied(n *yaml.Node) *yaml.Node {
	one := *n
	one.Content = make([]*yaml.Node, len(n.Content))
	for i, part := range n.Content {
		one.Content[i] = copied(part)
	}
	return &one
}

// onlyMedia is the media type of an answer that has one.
func onlyMedia(content *yaml.Node) *yaml.Node { return content.Content[1] }

// exampleOf adds an example to a media type. JSON is YAML.
func exampleOf(media *yaml.Node, example json.RawMessage) error {
	var node yaml.Node
	if err := yaml.Unmarshal(example, &node); err != nil {
		return fmt.Errorf("examples.json: %w", err)
	}
	media.Content = append(media.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: "example"}, node.Content[0])
	return nil
}
