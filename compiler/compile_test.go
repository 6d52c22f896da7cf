package main

import (
	"bytes"
	"reflect"
	"slices"
	"testing"
)

func TestNamesOfAUnit(t *testing.T) {
	tests := []struct {
		name                             string
		sources                          []string
		entrypoints, packages, functions []string
	}{
		{"rules, sets, defaults, functions",
			[]string{"package role\n\ndefault allow := false\n\nallow if f(1)\n\nf(x) if x > input.y\n\ndefault g(_) := 1\n\ns contains 1"},
			[]string{"role", "role/allow", "role/s"}, []string{"role"}, []string{"role/f", "role/g"}},
		{"ground prefixes of ref heads",
			[]string{"package a\n\np.q.r := 1\n\np.s[x] := 2 if x := input.x\n\nt[input.x].y := 3\n\nu.v contains 4"},
			[]string{"a", "a/p/q/r", "a/p/s", "a/t", "a/u/v"}, []string{"a"}, []string{}},
		{"paths that entrypoints cannot carry",
			[]string{"package a\n\np[1] := 2\n\nq[\"x/y\"] := 3\n\nr[\"1\"] := 4\n\ns[\"\"] := 5\n\nt[\"x y%2f\"] := 6"},
			[]string{"a", "a/p", "a/q", "a/r", "a/s", "a/t/x y%2f"}, []string{"a"}, []string{}},
		{"a package that cannot be named", []string{"package a[\"x/y\"]\n\np := 1"}, []string{"a"}, []string{}, []string{}},
		{"only functions", []string{"package lib\n\nf(x) := x"}, []string{"lib"}, []string{"lib"}, []string{"lib/f"}},
		{"a package without rules beside one with", []string{"package a", "package b.c\n\np := data.a"},
			[]string{"b/c", "b/c/p"}, []string{"a", "b/c"}, []string{}},
		{"no rules at all", []string{"package a"}, []string{}, []string{"a"}, []string{}},
		{"no modules", nil, []string{}, []string{}, []string{}},
		{"a function that depends on a rule", []string{"package a\n\nf(x) if allow\n\nallow if input.x"},
			[]string{"a", "a/allow"}, []string{"a"}, []string{"a/f"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := compileAll(t, test.sources...)
			if !bytes.HasPrefix(got.Wasm, []byte("\x00asm")) {
				t.Fatalf("no wasm: %v %v", got.Errors, got.Error)
			}
			if !reflect.DeepEqual(got.Entrypoints, test.entrypoints) {
				t.Errorf("entrypoints %q", got.Entrypoints)
			}
			if !reflect.DeepEqual(got.Packages, test.packages) {
				t.Errorf("packages %q", got.Packages)
			}
			if !reflect.DeepEqual(got.Functions, test.functions) {
				t.Errorf("functions %q", got.Functions)
			}
		})
	}
}

func TestReadsAreTheBaseDocumentsOutsideThePackages(t *testing.T) {
	tests := []struct {
		name    string
		sources []string
		reads   [][]string
	}{
		{"through imports, functions and comprehensions",
			[]string{"package a\n\nimport data.node.role as r\n\np := r[input.user]\n\nf(x) := data.node.f[x]\n\nq := [x | x := data.node.list[_].k]"},
			[][]string{{"node", "f"}, {"node", "list"}, {"node", "role"}}},
		{"nothing below another", []string{"package a\n\np := data.node[input.x].y\n\nq := data.node.z"}, [][]string{{"node"}}},
		{"packages are not data", []string{"package a\n\np := data.b.q", "package b\n\nq := 1"}, [][]string{}},
		{"a parent of a package may be both", []string{"package a\n\np := data.b[input.x]", "package b.c\n\nq := 1"}, [][]string{{"b"}}},
		{"dynamic at the root", []string{"package a\n\np := data[input.x].y"}, [][]string{{}}},
		{"stops at a number", []string{"package a\n\np := data.node.list[0].x"}, [][]string{{"node", "list"}}},
		{"replaced documents", []string{"package a\n\np if input.x with data.node.b as 1"}, [][]string{{"node", "b"}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := compileAll(t, test.sources...); !reflect.DeepEqual(got.Reads, test.reads) {
				t.Errorf("%q %v", got.Reads, got.Errors)
			}
		})
	}
}

func TestTheOrderOfFilesDoesNotMatter(t *testing.T) {
	modules := files("package a\n\np := data.b.q", "package b\n\nq := input.x", "package c\n\nr := data.a.p")
	first := ask(t, map[string]any{"op": "compile", "modules": modules})
	slices.Reverse(modules)
	second := ask(t, map[string]any{"op": "compile", "modules": modules})
	if len(first.Wasm) == 0 || !bytes.Equal(first.Wasm, second.Wasm) {
		t.Error("different wasm")
	}
}
