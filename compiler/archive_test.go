package main

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"testing"

	"github.com/open-policy-agent/opa/v1/bundle"
	"github.com/open-policy-agent/opa/v1/rego"
)

func TestOPALoadsABundle(t *testing.T) {
	const source = "package a\n\nimport data.lib\n\n# said here\np := lib.twice(data.node.x)"
	got := ask(t, map[string]any{
		"op":      "bundle",
		"modules": []module{{"policies/a.rego", source}, {"lib.rego", "package lib\n\ntwice(x) := x * 2"}},
		"data":    map[string]any{"node": map[string]any{"x": 21}},
	})
	loaded := loadBundle(t, got)
	if len(loaded.WasmModules) != 1 || !bytes.HasPrefix(loaded.WasmModules[0].Raw, []byte("\x00asm")) || loaded.WasmModules[0].Path != "/policy.wasm" {
		t.Errorf("wasm %v", loaded.WasmModules)
	}
	sources := map[string]string{}
	for _, m := range loaded.Modules {
		sources[m.Path] = string(m.Raw)
	}
	if files := slices.Sorted(maps.Keys(sources)); !slices.Equal(files, []string{"/lib.rego", "/policies/a.rego"}) || sources["/policies/a.rego"] != source {
		t.Errorf("%q", sources)
	}
	if entrypoints := loaded.Manifest.Metadata["entrypoints"]; !reflect.DeepEqual(entrypoints, []any{"a", "a/p", "lib"}) {
		t.Errorf("%v", entrypoints)
	}
	results, err := rego.New(rego.ParsedBundle("b", &loaded), rego.Query("data.a.p")).Eval(context.Background())
	if err != nil || len(results) != 1 || results[0].Expressions[0].Value != json.Number("42") {
		t.Errorf("%v %v", results, err)
	}
}

func TestABundleOfRegoV0SaysSo(t *testing.T) {
	got := ask(t, map[string]any{"op": "bundle", "modules": files("package a\n\np { true }"), "entrypoints": []string{"a/p"}, "regoVersion": 0})
	loaded := loadBundle(t, got)
	results, err := rego.New(rego.ParsedBundle("b", &loaded), rego.Query("data.a.p")).Eval(context.Background())
	if err != nil || !results.Allowed() {
		t.Errorf("%v %v", results, err)
	}
}

func TestABundleThatCannotBeMade(t *testing.T) {
	if got := ask(t, map[string]any{"op": "bundle", "modules": files("package a\n\np if {")}); len(got.Errors) != 1 {
		t.Errorf("%+v", got)
	}
	if got := ask(t, map[string]any{"op": "bundle", "modules": files("package a"), "data": 7}); code(got) != "ERR_BAD_REQUEST" {
		t.Errorf("%+v", got)
	}
	got := ask(t, map[string]any{"op": "bundle", "modules": files("package a\n\np := 1"), "entrypoints": []string{"b"}})
	if len(got.Errors) != 1 || got.Bundle != nil {
		t.Errorf("%+v", got)
	}
}

func loadBundle(t *testing.T, got reply) bundle.Bundle {
	t.Helper()
	loaded, err := bundle.NewReader(bytes.NewReader(got.Bundle)).Read()
	if err != nil {
		t.Fatalf("%v %+v", err, got.Errors)
	}
	return loaded
}
