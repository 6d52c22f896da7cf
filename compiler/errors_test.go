package main

import (
	"reflect"
	"strings"
	"testing"
)

func TestErrorsAreLocated(t *testing.T) {
	tests := []struct {
		name    string
		sources []string
		want    []located
	}{
		{"syntax, in two files", []string{"package a\n\np if {", "package b\n\nq if ["}, []located{
			{"a.rego", 3, 6, "rego_parse_error", "unexpected eof token"},
			{"b.rego", 3, 6, "rego_parse_error", "unexpected eof token"}}},
		{"Rego v0", []string{"package a\n\np { true }"}, []located{
			{"a.rego", 3, 1, "rego_parse_error", "`if` keyword is required before rule body"}}},
		{"an empty file", []string{"# nothing"}, []located{{"a.rego", 1, 1, "rego_parse_error", "empty module"}}},
		{"types", []string{"package a\n\np := 1 + \"x\""}, []located{{"a.rego", 3, 6, "rego_type_error",
			"plus: invalid argument(s) (have: (number, string, ???), want: (x: number, y: number, z: number))"}}},
		{"unsafe variables, in two files", []string{"package a\n\np if x > 1", "package b\n\nq if y > 1"}, []located{
			{"a.rego", 3, 6, "rego_unsafe_var_error", "var x is unsafe"},
			{"b.rego", 3, 6, "rego_unsafe_var_error", "var y is unsafe"}}},
		{"recursion", []string{"package a\n\np if p"}, []located{{"a.rego", 3, 1, "rego_recursion_error",
			"rule data.a.p is recursive: data.a.p -> data.a.p"}}},
		{"an unknown function", []string{"package a\n\np if nosuch(1)"}, []located{
			{"a.rego", 3, 6, "rego_type_error", "undefined function nosuch"}}},
		{"a rule where a package is", []string{"package a\n\nb := 1", "package a.b\n\nc := 1"}, []located{
			{"a.rego", 1, 1, "rego_type_error", "package a.b conflicts with rule b defined at a.rego:3"},
			{"a.rego", 3, 1, "rego_type_error", "rule data.a.b conflicts with: rule data.a.b.c at b.rego:3"}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := compileAll(t, test.sources...); !reflect.DeepEqual(got.Errors, test.want) || got.Wasm != nil {
				t.Errorf("%+v %v", got.Errors, got.Error)
			}
		})
	}
}

func TestAllErrorsAreReported(t *testing.T) {
	rules := strings.Repeat("p if nosuch(1)\n", 30)
	if got := compileAll(t, "package a\n\n"+rules); len(got.Errors) != 30 {
		t.Errorf("%d errors", len(got.Errors))
	}
}

func TestAFileNameIsUsedOnce(t *testing.T) {
	twice := []module{{"a.rego", "package a"}, {"a.rego", "package b"}}
	got := ask(t, map[string]any{"op": "compile", "modules": twice})
	if len(got.Errors) != 1 || got.Errors[0].File != "a.rego" {
		t.Errorf("%+v", got.Errors)
	}
}

func TestBuiltinsTheReplicasLackAreRefused(t *testing.T) {
	have := []string{"eq", "plus", "internal.member_2"}
	tests := []struct{ name, source, missing string }{
		{"called", "package a\n\np := http.send({})", "http.send"},
		{"operator", "package a\n\np := 3 - input.x", "minus"},
		{"mocked", "package a\n\np if input with time.now_ns as 3", "time.now_ns"},
		{"had", "package a\n\np := input.x + 3 if 2 in [1, 2]", ""},
		{"shadowed by an import", "package a\n\nimport data.b.http\n\np := http.send(1)", ""},
		{"erased or rewritten by the compiler", "package a\n\np := rego.metadata.rule() if print(\"x\")", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			modules := files(test.source, "package b.http\n\nsend(x) := x")
			got := ask(t, map[string]any{"op": "compile", "modules": modules, "builtins": have})
			want := "builtin " + test.missing + " is not available in the replicas"
			refused := len(got.Errors) == 1 && got.Errors[0].Message == want && got.Errors[0].Row == 3
			if refused != (test.missing != "") || (got.Wasm != nil) == refused {
				t.Errorf("%+v %v", got.Errors, got.Error)
			}
		})
	}
}
