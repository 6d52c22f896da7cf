package main

import (
	"encoding/json"
	"testing"
)

func TestEvaluate(t *testing.T) {
	const source = "package a\n\nsees := [input]\n\nreads := data.node.x\n\nset := {3, 1, 2}\n\nnothing := null\n\nclash := 1\n\nclash := input.y"
	tests := []struct{ request, want string }{
		{`"input":null,"query":"data.a.sees"`, `[null]`},
		{`"input":false,"query":"data.a.sees"`, `[false]`},
		{`"query":"data.a.sees"`, "undefined"},
		{`"query":"data.a.set"`, `[1,2,3]`},
		{`"query":"data.a.nothing"`, `null`},
		{`"query":"data.a.missing"`, "undefined"},
		{`"query":"data.a.reads","data":{"node":{"x":"<\u2028é>"}}`, `"<\u2028é>"`},
		{`"query":"data.a.reads","data":{"node":{"x":445611193265040129}}`, `445611193265040129`},
		{`"input":0.10000000000000000000000001,"query":"data.a.sees"`, `[0.10000000000000000000000001]`},
		{`"input":{"y":2},"query":"data.a.clash"`, "eval_conflict_error"},
		{`"query":"data.["`, "ERR_EVALUATION"},
		{`"query":"data.a.set","data":7`, "ERR_BAD_REQUEST"},
	}
	for _, test := range tests {
		line := `{"op":"eval","modules":[{"file":"a.rego","source":` + quote(source) + `}],` + test.request + "}\n"
		if got := outcome(converse(t, line)[0]); got != test.want {
			t.Errorf("%s: %s", test.request, got)
		}
	}
}

func TestEvaluateReportsBrokenSources(t *testing.T) {
	got := ask(t, map[string]any{"op": "eval", "modules": files("package"), "query": "data"})
	if len(got.Errors) != 1 || got.Errors[0].Code != "rego_parse_error" {
		t.Errorf("%+v", got)
	}
}

func outcome(got reply) string {
	switch {
	case got.Error != nil:
		return got.Error.Code
	case got.Undefined:
		return "undefined"
	default:
		return string(got.Result)
	}
}

func quote(text string) string {
	quoted, _ := json.Marshal(text)
	return string(quoted)
}
