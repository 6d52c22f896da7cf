package main

import (
	"bytes"
	"encoding/json"
	"errors"

	"github.com/open-policy-agent/opa/v1/ast"
)

// tree is what `opa parse --format=json` says of one source, as text: its tree, or what is wrong with it.
type tree struct {
	Tree     string `json:"tree,omitempty"`
	Mistakes string `json:"mistakes,omitempty"`
}

// mistake has its members in the order of OPA's command line.
type mistake struct {
	Message  string           `json:"message"`
	Code     string           `json:"code,omitempty"`
	Location any              `json:"location,omitempty"`
	Details  ast.ErrorDetails `json:"details,omitempty"`
}

// growTree reads the only module as Rego v0, as the OPA-PDP does, or else as v1, which its policies are written in.
func growTree(asked request) response {
	if len(asked.Modules) != 1 {
		return refuse("ERR_BAD_REQUEST", "a tree is of one module")
	}
	source := asked.Modules[0]
	parsed, err := parseAs(ast.RegoV0, source)
	if err != nil {
		if again, failed := parseAs(ast.RegoV1, source); failed == nil {
			parsed, err = again, nil
		}
	}
	if err != nil {
		return response{tree: &tree{Mistakes: indented(map[string]any{"errors": mistakesOf(err)})}}
	}
	return response{tree: &tree{Tree: indented(map[string]any{"ast": parsed})}}
}

func parseAs(version ast.RegoVersion, source module) (*ast.Module, error) {
	return ast.ParseModuleWithOpts(source.File, source.Source, ast.ParserOptions{RegoVersion: version})
}

func mistakesOf(err error) []mistake {
	var many ast.Errors
	if !errors.As(err, &many) {
		return []mistake{{Message: err.Error()}}
	}
	found := make([]mistake, 0, len(many))
	for _, each := range many {
		one := mistake{Message: each.Message, Code: each.Code, Details: each.Details}
		if each.Location != nil {
			one.Location = each.Location
		}
		found = append(found, one)
	}
	return found
}

func indented(value any) string {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(value); err != nil {
		panic(err) // what OPA parsed it can also write
	}
	return text.String()
}
