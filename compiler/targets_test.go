package main

import (
	"encoding/json"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/open-policy-agent/opa/v1/ir"
)

func TestThePlanHasTheEntrypointsOfTheWasm(t *testing.T) {
	got := compileAll(t, "package a\n\np if f(input.x)\n\nf(x) if x > 1", "package b.c\n\nq := data.a.p")
	want := []string{"a", "a/p", "b/c", "b/c/q"}
	if plans := planned(t, got.Plan); !reflect.DeepEqual(plans, want) || !reflect.DeepEqual(got.Entrypoints, want) {
		t.Errorf("%q %q %v", plans, got.Entrypoints, got.Errors)
	}
	if plans := planned(t, compileAll(t, "package a").Plan); !reflect.DeepEqual(plans, []string{placeholderEntrypoint}) {
		t.Errorf("of nothing: %q", plans)
	}
}

func TestTargetsAreEmittedAlone(t *testing.T) {
	for _, target := range []string{"wasm", "plan"} {
		got := ask(t, map[string]any{"op": "compile", "modules": files("package a\n\np := 1"), "targets": []string{target}})
		if (got.Wasm != nil) != (target == "wasm") || (got.Plan != nil) != (target == "plan") || len(got.Entrypoints) != 2 {
			t.Errorf("%s: %v", target, got)
		}
	}
	got := ask(t, map[string]any{"op": "compile", "modules": files("package a"), "targets": []string{"rego"}})
	if code(got) != "ERR_BAD_REQUEST" {
		t.Errorf("%v", got)
	}
}

func TestOnlyOwnFilesAreAskedFor(t *testing.T) {
	modules := files("package a\n\np if data.lib.f(input.x)\n\ng(x) := data.node.mine", "package lib\n\nf(x) if x == limit\n\nlimit := data.node.theirs")
	got := ask(t, map[string]any{"op": "compile", "modules": modules, "own": []string{"a.rego"}})
	names := [][]string{got.Entrypoints, got.Packages, got.Functions, planned(t, got.Plan)}
	want := [][]string{{"a", "a/p"}, {"a"}, {"a/g"}, {"a", "a/p"}}
	if !reflect.DeepEqual(names, want) {
		t.Errorf("%q %v", names, got.Errors)
	}
	if reads := [][]string{{"node", "mine"}, {"node", "theirs"}}; !reflect.DeepEqual(got.Reads, reads) {
		t.Errorf("reads %q", got.Reads)
	}
}

func TestEntrypointsMayBeNamed(t *testing.T) {
	asked := map[string]any{"op": "compile", "modules": files("package a\n\np := 1\n\nq := 2"), "entrypoints": []string{"a/q"}}
	if got := ask(t, asked); !reflect.DeepEqual(planned(t, got.Plan), []string{"a/q"}) || len(got.Wasm) == 0 {
		t.Errorf("%v", got)
	}
	asked["entrypoints"] = []string{"a/none"}
	if got := ask(t, asked); len(got.Errors) != 1 || got.Errors[0].File != "a.rego" || strings.Count(got.Errors[0].Message, "a/none") != 1 {
		t.Errorf("%+v", got)
	}
}

func TestRegoVersions(t *testing.T) {
	const v0, v1 = "package a\n\np[x] { x := any([true]) }", "package a\n\np contains x if x := 1"
	tests := []struct {
		version any
		source  string
		code    string
	}{
		{0, v0, ""}, {1, v0, "rego_parse_error"}, {nil, v0, "rego_parse_error"},
		{0, v1, "rego_parse_error"}, {1, v1, ""}, {nil, v1, ""},
		{0, "import rego.v1\n" + v1, "rego_parse_error"},
		{0, strings.Replace(v1, "\n", "\nimport rego.v1\n", 1), ""},
		{2, v1, "ERR_BAD_REQUEST"},
	}
	for _, test := range tests {
		got := ask(t, map[string]any{"op": "compile", "modules": files(test.source), "regoVersion": test.version})
		found := code(got)
		if len(got.Errors) > 0 {
			found = got.Errors[0].Code
		}
		if found != test.code || (test.code == "") != (len(got.Wasm) > 0 && len(got.Plan) > 0) {
			t.Errorf("%v %q: %+v", test.version, test.source, got.Errors)
		}
	}
}

func TestAPlanLosesNothingButLocations(t *testing.T) {
	const text = `,"file":1,"col":2,"end_row":3}`
	got := compileAll(t, "package a\n\np := "+quote(text)+"\n\nq[x] := 1 if some x in input.xs")
	policy := policyOf(t, got.Plan)
	found := false
	for _, constant := range policy.Static.Strings {
		found = found || constant.Value == text
	}
	if !found || strings.Contains(string(got.Plan), `"end_row"`) || strings.Contains(string(got.Plan), `"col"`) {
		t.Errorf("%s", got.Plan)
	}
	for plan, want := range map[string]string{
		`{"a":[{"file":0,"col":1,"row":2,"end_col":3,"end_row":4}]}`:          `{"a":[{}]}`,
		`{"x":1,"file":0,"col":1,"row":2,"end_col":3,"end_row":45,"Index":6}`: `{"x":1,"Index":6}`,
		`{"file":0,"col":1,"row":2,"end_col":3,"end_row":4,"Index":6}`:        `{"Index":6}`,
	} {
		if got := withoutLocations([]byte(plan)); string(got) != want {
			t.Errorf("%s", got)
		}
	}
}

// planned are the names of what a plan answers.
func planned(t *testing.T, plan json.RawMessage) []string {
	t.Helper()
	names := []string{}
	for _, one := range policyOf(t, plan).Plans.Plans {
		names = append(names, one.Name)
	}
	return names
}

func policyOf(t *testing.T, plan json.RawMessage) *ir.Policy {
	t.Helper()
	var policy ir.Policy
	if err := json.Unmarshal(plan, &policy); err != nil {
		t.Fatalf("no plan: %v %.100s", err, plan)
	}
	return &policy
}

func TestWhatWithReplacesWhereverItStands(t *testing.T) {
	const module = "package a\n\nimport input.x as y\n\nf(x) := count(x)\n\nr := 1\n\np if f([1]) "
	tests := map[string][]string{
		"with f as 1 with input.x as 2":                         {"0/x"},
		"with f as 1 with y as 2 with data.b as 3":              {"0/x", "1/b"},
		"with count as 1 with r as 2":                           {"1/a/r"},
		"with data.b as 1 with count as 2 with input.z as 3":    {"0/z", "1/b"},
		"with data.a.f as 2 with data.b as 1 with data.c as 3":  {"1/b", "1/c"},
		"with input.z as 1 with f as 2 with input.x as input.z": {"0/x", "0/z"},
	}
	for withs, want := range tests {
		got := compileAll(t, module+withs)
		if replaced := replacedIn(t, policyOf(t, got.Plan)); !slices.Equal(replaced, want) {
			t.Errorf("%s: %s, %v", withs, replaced, got.Errors)
		}
	}
}

// replacedIn are the places in documents that are replaced: the document's local, and the path.
func replacedIn(t *testing.T, policy *ir.Policy) []string {
	t.Helper()
	found := &withs{policy: policy}
	if err := ir.Walk(found, policy); err != nil {
		t.Fatal(err)
	}
	slices.Sort(found.replaced)
	return slices.Compact(found.replaced)
}

type withs struct {
	policy   *ir.Policy
	replaced []string
}

func (*withs) Before(any) {}
func (*withs) After(any)  {}

func (w *withs) Visit(node any) (ir.Visitor, error) {
	if with, ok := node.(*ir.WithStmt); ok && len(with.Path) > 0 {
		place := strconv.Itoa(int(with.Local))
		for _, name := range with.Path {
			place += "/" + w.policy.Static.Strings[name].Value
		}
		w.replaced = append(w.replaced, place)
	}
	return w, nil
}
