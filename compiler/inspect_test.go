package main

import (
	"reflect"
	"testing"
)

func TestInspect(t *testing.T) {
	tests := []struct {
		name, source string
		want         inspected
	}{
		{"names", "package a.b\n\ndefault p := 1\n\np := 2 if input.x\n\nf(x) := x\n\nq.r[input.y] := 3\n\ns contains 4",
			inspected{Package: "a/b", Rules: []string{"a/b/p", "a/b/q/r", "a/b/s"}, Functions: []string{"a/b/f"}}},
		{"refs", "package a\n\np if data.b.c[input.x].d\n\nq if data.f.g(1)\n\nr := [x | x := data.h.i[0].j]",
			inspected{Package: "a", Rules: []string{"a/p", "a/q", "a/r"}, Refs: []string{"b/c", "f/g", "h/i"}}},
		{"refs in refs, else, with, every, heads and default values",
			"package a\n\np[data.k[data.l.m]] := 1\n\nq := 1 if input.x else := data.e if input with data.w.x as data.v.y\n\nr if every x in data.ev.ery { x }",
			inspected{Package: "a", Rules: []string{"a/p", "a/q", "a/r"}, Refs: []string{"e", "ev/ery", "k", "l/m", "v/y", "w/x"}}},
		{"imports", "package a\n\nimport data.b.c\nimport data.d.e as f\nimport data.unused\nimport input.x\n\np if c.g > f[input.y]\n\nq := f",
			inspected{Package: "a", Rules: []string{"a/p", "a/q"}, Refs: []string{"b/c", "b/c/g", "d/e", "unused"}}},
		{"imported functions", "package a\n\nimport data.lib\n\np := lib.f(1)",
			inspected{Package: "a", Rules: []string{"a/p"}, Refs: []string{"lib", "lib/f"}}},
		{"all of data", "package a\n\np := data[input.x]", inspected{Package: "a", Rules: []string{"a/p"}, Refs: []string{""}}},
		{"all of data, as a value", "package a\n\np := walk(data)", inspected{Package: "a", Rules: []string{"a/p"}, Refs: []string{""}}},
		{"what slashes cannot say", "package a\n\np := data.b[\"c/d\"].e\n\nq := data.b[\"\"]",
			inspected{Package: "a", Rules: []string{"a/p", "a/q"}, Refs: []string{"b"}}},
		{"interpolation", "package a\n\np := $\"it is {data.b.c}\"", inspected{Package: "a", Rules: []string{"a/p"}, Refs: []string{"b/c"}}},
		{"what does not compile", "package a\n\np if nosuch(data.b, x)", inspected{Package: "a", Rules: []string{"a/p"}, Refs: []string{"b"}}},
		{"nothing", "package a", inspected{Package: "a"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := ask(t, map[string]any{"op": "inspect", "modules": files(test.source)})
			if len(got.Modules) != 1 {
				t.Fatalf("%+v %v", got.Errors, got.Error)
			}
			test.want.File = "a.rego"
			for _, list := range []*[]string{&test.want.Rules, &test.want.Functions, &test.want.Refs} {
				if *list == nil {
					*list = []string{}
				}
			}
			if !reflect.DeepEqual(got.Modules[0], test.want) {
				t.Errorf("%+v", got.Modules[0])
			}
		})
	}
}

func TestInspectLocatesTheErrorsOfAllFiles(t *testing.T) {
	got := ask(t, map[string]any{"op": "inspect", "modules": files("package a\n\np if {", "package b", "package c\n\nq if [")})
	if len(got.Errors) != 2 || got.Errors[0].File != "a.rego" || got.Errors[1].File != "c.rego" || got.Modules != nil {
		t.Errorf("%+v", got)
	}
	v0 := ask(t, map[string]any{"op": "inspect", "modules": files("package a\n\np { data.x }"), "regoVersion": 0})
	if len(v0.Modules) != 1 || !reflect.DeepEqual(v0.Modules[0].Refs, []string{"x"}) {
		t.Errorf("%+v", v0)
	}
}
