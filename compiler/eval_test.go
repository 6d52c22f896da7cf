package main

import (
	"encoding/json"
	"regexp"
	"slices"
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
		{`"query":"data.["`, "rego_parse_error"},
		{`"query":"data.a.set","data":7`, "ERR_BAD_REQUEST"},
	}
	for _, test := range tests {
		line := `{"op":"eval","modules":[{"file":"a.rego","source":` + quote(source) + `}],` + test.request + "}\n"
		if got := saying(converse(t, line)[0]); got != test.want {
			t.Errorf("%s: %s", test.request, got)
		}
	}
}

func TestEvaluateAnEntrypoint(t *testing.T) {
	const source = "package a.b\n\np := input.x\n\nq := false\n\ns contains {\"k\", 1, [2]}\n\no[[x, \"y\"]] := null if some x in {2, 1.50}\n\nf(x) := x"
	tests := []struct{ entrypoint, want string }{
		{"a/b/q", "false"},
		{"a/b/p", "7"},
		{"a/b/s", `[[1,"k",[2]]]`},
		{"a/b/o", `{"[1.50,\"y\"]":null,"[2,\"y\"]":null}`},
		{"a/b", `{"o":{"[1.50,\"y\"]":null,"[2,\"y\"]":null},"p":7,"q":false,"s":[[1,"k",[2]]]}`},
		{"a/c", `[1e3]`},
		{"a/c/0", `1e3`},
		{"a/b/none", "undefined"},
		{"a/b/f", "rego_type_error"},
		{"none", "undefined"},
	}
	for _, test := range tests {
		line := `{"op":"eval","modules":[{"file":"a.rego","source":` + quote(source) + `}],"data":{"a":{"c":[1e3]}},"input":{"x":7},"entrypoint":` + quote(test.entrypoint) + "}\n"
		if got := saying(converse(t, line)[0]); got != test.want {
			t.Errorf("%s: %s", test.entrypoint, got)
		}
	}
}

func TestManyQuestionsOfTheSameModules(t *testing.T) {
	got := ask(t, map[string]any{
		"op":      "eval",
		"modules": files("package a\n\np := input.x + data.y\n\nq := 1\n\nq := input.x"),
		"data":    map[string]int{"y": 1},
		"questions": []map[string]any{
			{"entrypoint": "a/p", "input": map[string]int{"x": 1}},
			{"entrypoint": "a/p"},
			{"query": "data.a.q", "input": map[string]int{"x": 2}},
			{"entrypoint": "a/p", "input": map[string]int{"x": 3}},
			{},
		},
	})
	outcomes := []string{}
	for _, each := range got.Answers {
		outcomes = append(outcomes, saying(each))
	}
	want := []string{"2", "undefined", "eval_conflict_error", "4", `{"a":{"q":1},"y":1}`}
	if !slices.Equal(outcomes, want) {
		t.Errorf("%q %+v", outcomes, got)
	}
}

func TestErrorsOfBuiltinsAreErrorsWhenStrict(t *testing.T) {
	asked := map[string]any{"op": "eval", "modules": files("package a\n\np := to_number(\"x\")"), "entrypoint": "a/p"}
	if got := ask(t, asked); !got.Undefined {
		t.Errorf("%+v", got)
	}
	asked["strictErrors"] = true
	got := ask(t, asked)
	if code(got) != "eval_builtin_error" || got.Error.File != "a.rego" || got.Error.Row != 3 || got.Error.Column != 6 {
		t.Errorf("%+v", got.Error)
	}
}

func TestEvaluateRegoV0(t *testing.T) {
	asked := map[string]any{"op": "eval", "modules": files("package a\n\np[x] { x := input[_] }"), "input": []int{2, 1}, "regoVersion": 0}
	for key, text := range map[string]string{"entrypoint": "a/p", "query": "data.a.p"} {
		asked["entrypoint"], asked["query"] = "", ""
		asked[key] = text
		if got := saying(ask(t, asked)); got != "[1,2]" {
			t.Errorf("%s: %s", key, got)
		}
	}
}

var refusal = regexp.MustCompile("disallowed host|loading disabled")

func TestNothingReachesTheOutside(t *testing.T) {
	t.Setenv("SECRET", "visible")
	for _, call := range []string{
		`http.send({"method": "get", "url": "http://127.0.0.1:1/"})`,
		`http.send({"method": "get", "url": "unix://localhost/x?socket=%2Ftmp%2Fx"})`,
		`net.lookup_ip_addr("localhost")`,
		`json.match_schema({}, {"$ref": "http://127.0.0.1:1/schema"})`,
	} {
		got := ask(t, map[string]any{"op": "eval", "modules": files("package a\n\np := " + call), "entrypoint": "a/p", "strictErrors": true})
		if code(got) != "eval_builtin_error" || !refusal.MatchString(got.Error.Message) {
			t.Errorf("%s: %+v %+v", call, got.Error, got.Errors)
		}
	}
	got := ask(t, map[string]any{"op": "eval", "modules": files("package a\n\np := opa.runtime()"), "entrypoint": "a/p"})
	if saying(got) != "{}" {
		t.Errorf("%+v", got)
	}
}

func TestEvaluateReportsBrokenSources(t *testing.T) {
	got := ask(t, map[string]any{"op": "eval", "modules": files("package"), "query": "data"})
	if len(got.Errors) != 1 || got.Errors[0].Code != "rego_parse_error" {
		t.Errorf("%+v", got)
	}
}

func saying(got reply) string {
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
