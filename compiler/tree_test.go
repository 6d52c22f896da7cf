package main

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestTree(t *testing.T) {
	for name, source := range map[string]string{
		"v0":         "package a\n\nallow { input.x == 1 }",
		"v1":         "package a\n\nallow if input.x == 1",
		"v1 by name": "package a\n\nimport rego.v1\n\nallow if input.x == 1",
	} {
		t.Run(name, func(t *testing.T) {
			got := ask(t, map[string]any{"op": "tree", "modules": files(source)})
			var parsed struct {
				Ast struct {
					Package any
					Rules   []struct{ Head struct{ Name string } }
				}
			}
			if err := json.Unmarshal([]byte(got.Tree), &parsed); err != nil {
				t.Fatalf("%v: %+v", err, got)
			}
			if parsed.Ast.Package == nil || len(parsed.Ast.Rules) != 1 || parsed.Ast.Rules[0].Head.Name != "allow" {
				t.Errorf("%+v", parsed)
			}
			if !strings.HasPrefix(got.Tree, "{\n  \"ast\": {\n") || strings.Contains(got.Tree, "location") {
				t.Error(got.Tree)
			}
		})
	}
}

// What the command line of OPA says of it, in v0 mode.
const mistaken = `{
  "errors": [
    {
      "message": "unexpected string token: expected \\n or ; or }",
      "code": "rego_parse_error",
      "location": {
        "file": "policy.rego",
        "row": 7,
        "col": 19
      },
      "details": {
        "line": "    input.method  \"GET\"",
        "idx": 18
      }
    }
  ]
}
`

func TestTreeOfMistakes(t *testing.T) {
	source := "package a\n\n\n\n\nallow {\n    input.method  \"GET\"\n}"
	modules := []module{{File: "policy.rego", Source: source}}
	if got := ask(t, map[string]any{"op": "tree", "modules": modules}); got.Mistakes != mistaken {
		t.Error(got.Mistakes)
	}
	for _, source := range []string{"", "# nothing", "allow", "package a\n\np := "} {
		got := ask(t, map[string]any{"op": "tree", "modules": files(source)})
		if got.Tree != "" || !json.Valid([]byte(got.Mistakes)) {
			t.Errorf("%q: %+v", source, got)
		}
	}
	if got := ask(t, map[string]any{"op": "tree"}); got.Error == nil {
		t.Errorf("%+v", got)
	}
}
