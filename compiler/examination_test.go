package main

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/open-policy-agent/opa/v1/cover"
)

const policy = `package role

allow if input.user == "alice"

allow if data.admins[input.user]

unused := http.send({"url": "http://127.0.0.1:1/", "method": "get"})`

const policyTests = `package role_test

import data.role

test_alice if role.allow with input.user as "alice"

test_bob if {
	print("bob", 1)
	role.allow with input.user as "bob"
}

test_admin if role.allow with input.user as "carol"

test_clash if clash

clash := 1

clash := 2

todo_test_later if true

test_mocked if role.unused.body == 7 with http.send as {"body": 7}

test_network if role.unused.status_code

test_cases[name] if {
	some name, user in {"yes": "alice", "no": "bob"}
	role.allow with input.user as user
}`

func TestOutcomesOfTests(t *testing.T) {
	got := ask(t, map[string]any{
		"op":      "test",
		"modules": []module{{"role.rego", policy}, {"role_test.rego", policyTests}},
		"data":    map[string]any{"admins": map[string]bool{"carol": true}},
	})
	outcomes := [][]string{}
	for _, each := range got.Tests {
		if each.Package != "data.role_test" || each.File != "role_test.rego" || each.Row == 0 || each.Column != 1 {
			t.Errorf("%+v", each)
		}
		outcomes = append(outcomes, []string{each.Name, each.Outcome})
	}
	want := [][]string{
		{"test_alice", "pass"}, {"test_bob", "fail"}, {"test_admin", "pass"}, {"test_clash", "error"},
		{"todo_test_later", "skip"}, {"test_mocked", "pass"}, {"test_network", "fail"}, {"test_cases", "fail"},
	}
	if !reflect.DeepEqual(outcomes, want) {
		t.Fatalf("%q %+v %v", outcomes, got.Errors, got.Error)
	}
	if bob := got.Tests[1]; bob.Output != "bob 1\n" {
		t.Errorf("%+v", bob)
	}
	if clash := got.Tests[3].Failure; clash == nil || clash.Code != "eval_conflict_error" || clash.File != "role_test.rego" || clash.Row == 0 {
		t.Errorf("%+v", clash)
	}
	if cases := got.Tests[7].Cases; !reflect.DeepEqual(cases, []subtest{{[]string{"no"}, true}, {[]string{"yes"}, false}}) {
		t.Errorf("%+v", cases)
	}
}

func TestCoverageIsWhatOPASays(t *testing.T) {
	tests := "package a_test\n\ntest_p if data.a.p with input.x as 1"
	got := ask(t, map[string]any{"op": "test", "modules": files("package a\n\np if input.x == 1\n\nq if {\n\tinput.x == 2\n}", tests)})
	report := got.Coverage
	if report == nil || report.CoveredLines != 2 || report.NotCoveredLines != 2 || report.Coverage != 50 {
		t.Fatalf("%+v %v", report, got.Errors)
	}
	file := report.Files["a.rego"]
	if !reflect.DeepEqual(rows(file.Covered), []int{3}) || !reflect.DeepEqual(rows(file.NotCovered), []int{5, 6}) {
		t.Errorf("%+v", file)
	}
}

func TestTestsThatDoNotCompile(t *testing.T) {
	got := ask(t, map[string]any{"op": "test", "modules": files("package a\n\ntest_p if x > 1")})
	if len(got.Errors) != 1 || got.Errors[0].Code != "rego_unsafe_var_error" || got.Errors[0].Row != 3 {
		t.Errorf("%+v", got)
	}
	got = ask(t, map[string]any{"op": "test", "modules": files("package a"), "data": map[string]any{"a": 1}})
	if len(got.Errors) != 0 || got.Tests == nil {
		t.Errorf("%+v", got)
	}
	got = ask(t, map[string]any{"op": "test", "modules": files("package a\n\nb := 1"), "data": map[string]any{"a": map[string]any{"b": 1}}})
	if len(got.Errors) != 1 || !strings.Contains(got.Errors[0].Message, "conflict") {
		t.Errorf("%+v", got)
	}
}

func rows(ranges []cover.Range) []int {
	found := []int{}
	for _, each := range ranges {
		for row := each.Start.Row; row <= each.End.Row; row++ {
			found = append(found, row)
		}
	}
	return slices.Compact(found)
}
