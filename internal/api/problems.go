package api

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// The document has beside each operation, in one line, with which problems it can be
// answered:
//
//	x-problems: [command, signed, wrong_version]
//
// A name is a code of the catalogue, or a group of x-problem-groups. The document that is
// served has a response for each of their statuses instead, which names the codes.
const (
	listedProblems   = "x-problems"
	problemGroups    = "x-problem-groups"
	problemResponses = "x-problem-responses"
)

// The groups that an operation has by what it is.
const (
	groupAlways = "always"
	groupBody   = "body"  // of an operation that takes a body
	groupToken  = "token" // of one that reads a token
)

// addProblems puts the problems of each operation into its responses. The error names an
// operation without a list, or a name that is neither a code nor a group.
func addProblems(whole *yaml.Node) error {
	groups, templates := member(whole, problemGroups), member(whole, problemResponses)
	for _, operation := range operations(whole) {
		name := member(operation, "operationId").Value
		list := member(operation, listedProblems)
		if list == nil {
			return fmt.Errorf("%s has no %s: list the codes and groups that it can be answered with", name, listedProblems)
		}
		byStatus, err := problemsOf(operation, list, groups)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		responses := member(operation, "responses")
		for _, status := range slices.Sorted(maps.Keys(byStatus)) {
			text := strconv.Itoa(status)
			responses.Content = append(responses.Content, quoted(text), problemResponse(templates, text, byStatus[status]))
		}
		remove(operation, listedProblems)
	}
	remove(whole, problemGroups)
	remove(whole, problemResponses)
	return nil
}

// problemsOf are the problems of an operation by status, each once and by code.
func problemsOf(operation, list, groups *yaml.Node) (map[int][]ProblemType, error) {
	names := []string{groupAlways}
	if member(operation, "requestBody") != nil {
		names = append(names, groupBody)
	}
	if member(operation, "security") != nil {
		names = append(names, groupToken)
	}
	for _, name := range list.Content {
		names = append(names, name.Value)
	}
	var codes []string
	for _, name := range names {
		if group := member(groups, name); group != nil {
			for _, code := range group.Content {
				codes = append(codes, code.Value)
			}
			continue
		}
		codes = append(codes, name)
	}
	slices.Sort(codes)
	byStatus := map[int][]ProblemType{}
	for _, code := range slices.Compact(codes) {
		t, ok := Look(code)
		if !ok {
			return nil, fmt.Errorf("%s has %q, which is neither a code nor a group", listedProblems, code)
		}
		byStatus[t.Status] = append(byStatus[t.Status], t)
	}
	return byStatus, nil
}

// problemResponse is the response of a status: that of the templates, with the codes that
// it can have. It promises Retry-After where one of them has it.
func problemResponse(templates *yaml.Node, status string, of []ProblemType) *yaml.Node {
	template := member(templates, status)
	if template == nil {
		template = member(templates, "default")
	}
	response := copied(template)
	codes := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
	lines, waits := make([]string, 0, len(of)), false
	for _, t := range of {
		codes.Content = append(codes.Content, scalar(t.Code))
		lines = append(lines, "`"+t.Code+"`: "+t.Sentence)
		waits = waits || t.Problem().RetryAfter() != ""
	}
	if !waits {
		remove(member(response, "headers"), "Retry-After")
	}
	narrowed := mapping(scalar("properties"), mapping(scalar("code"), mapping(scalar("enum"), codes)))
	media := onlyMedia(member(response, "content"))
	media.Content[1] = mapping(scalar("allOf"), &yaml.Node{Kind: yaml.SequenceNode, Content: []*yaml.Node{member(media, "schema"), narrowed}})
	response.Content = append([]*yaml.Node{scalar("description"), scalar(strings.Join(lines, "\n\n"))}, response.Content...)
	return response
}

func scalar(text string) *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Value: text} }

// quoted is a text that would be a number without quotation marks.
func quoted(text string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Style: yaml.SingleQuotedStyle, Value: text}
}

func mapping(content ...*yaml.Node) *yaml.Node {
	return &yaml.Node{Kind: yaml.MappingNode, Style: yaml.FlowStyle, Content: content}
}

// remove takes a member out of a mapping.
func remove(n *yaml.Node, name string) {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == name {
			n.Content = slices.Delete(n.Content, i, i+2)
			return
		}
	}
}
