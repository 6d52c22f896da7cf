package main

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/open-policy-agent/opa/v1/cover"
)

// ask sends one request line through the server, as a parent process does.
func ask(t *testing.T, asked any) reply {
	t.Helper()
	line, err := json.Marshal(asked)
	if err != nil {
		t.Fatal(err)
	}
	replies := converse(t, string(line)+"\n")
	if len(replies) != 1 {
		t.Fatalf("%d replies to one request", len(replies))
	}
	return replies[0]
}

func converse(t *testing.T, input string) []reply {
	t.Helper()
	var out bytes.Buffer
	if err := serve(bytes.NewBufferString(input), &out); err != nil {
		t.Fatal(err)
	}
	var replies []reply
	for line := range bytes.Lines(out.Bytes()) {
		var one reply
		if err := json.Unmarshal(line, &one); err != nil {
			t.Fatalf("not a JSON line: %q", line)
		}
		replies = append(replies, one)
	}
	return replies
}

// reply is a response as its reader sees it.
type reply struct {
	ID          json.RawMessage `json:"id"`
	Wasm        []byte          `json:"wasm"`
	Plan        json.RawMessage `json:"plan"`
	Entrypoints []string        `json:"entrypoints"`
	Packages    []string        `json:"packages"`
	Functions   []string        `json:"functions"`
	Reads       [][]string      `json:"reads"`
	Modules     []inspected     `json:"modules"`
	Result      json.RawMessage `json:"result"`
	Undefined   bool            `json:"undefined"`
	Answers     []reply         `json:"answers"`
	Tests       []tested        `json:"tests"`
	Coverage    *cover.Report   `json:"coverage"`
	Trace       []entered       `json:"trace"`
	Truncated   bool            `json:"truncated"`
	Bundle      []byte          `json:"bundle"`
	Tree        string          `json:"tree"`
	Mistakes    string          `json:"mistakes"`
	Errors      []located       `json:"errors"`
	Error       *failure        `json:"error"`
	Pong        bool            `json:"pong"`
}

// files names sources a.rego, b.rego, …
func files(sources ...string) []module {
	modules := []module{}
	for i, source := range sources {
		modules = append(modules, module{File: string(rune('a'+i)) + ".rego", Source: source})
	}
	return modules
}

func compileAll(t *testing.T, sources ...string) reply {
	t.Helper()
	return ask(t, map[string]any{"id": 1, "op": "compile", "modules": files(sources...)})
}
