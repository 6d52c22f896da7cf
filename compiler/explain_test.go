package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

const explained = `package a

default allow := false

allow if {
	some role in data.roles[input.user]
	some grant in data.grants[role]
	grant.action == input.action
}

allow if is_admin

is_admin if "admin" in data.roles[input.user]

denied if not allow

small if every x in input.list { x < 3 }

twice(x) := x * 2

four if twice(input.n) == 4

names contains upper(n) if some n in input.list

picked := [n | some n in input.list; n > 2]

level := "low" if input.n < 2
else := "high" if input.n > 5

clash := 1 if input.n

clash := 2 if four`

func TestExplain(t *testing.T) {
	tests := []struct{ entrypoint, input, want string }{
		{"a/allow", `{"user": "alice", "action": "write"}`, `
			x data.a.allow 5:1
			.v some role in data.roles[input.user] 6:2 input.user="alice" role="dev"
			.v some grant in data.grants[role] 7:2 grant={"action": "read"} role="dev"
			.x grant.action == input.action 8:2 grant={"action": "read"} input.action="write"
			x data.a.allow 11:1
			.x is_admin 11:10
			..x data.a.is_admin 13:1
			...x "admin" in data.roles[input.user] 13:13 data.roles[input.user]=["dev"]
			v data.a.allow 3:1 default =false`},
		{"a/allow", `{"user": "alice", "action": "read"}`, `
			v data.a.allow 5:1 =true
			.v some role in data.roles[input.user] 6:2 input.user="alice" role="dev"
			.v some grant in data.grants[role] 7:2 grant={"action": "read"} role="dev"
			.v grant.action == input.action 8:2 grant={"action": "read"} input.action="read"`},
		{"a/denied", `{}`, `
			v data.a.denied 15:1 =true
			.v not allow 15:11
			..x data.a.allow 5:1
			...x input.user 6:26
			..x data.a.allow 11:1
			...x is_admin 11:10
			....x data.a.is_admin 13:1
			.....x input.user 13:35
			..v data.a.allow 3:1 default =false`},
		{"a/small", `{"list": [1, 5, 2]}`, `
			x data.a.small 17:1
			.x every x in input.list { x < 3 } 17:10 input.list=[1, 5, 2]
			..v - 17:34
			...v x < 3 17:34 x=1
			..x - 17:34
			...x x < 3 17:34 x=5`},
		{"a/four", `{"n": 2}`, `
			v data.a.four 21:1 =true
			.v twice(input.n) == 4 21:9 twice(input.n)=4
			..v data.a.twice 19:1 =4`},
		{"a/picked", `{"list": [1, 5]}`, `
			v data.a.picked 25:1 =[5]
			:v - 25:16
			:.v some n in input.list 25:16 n=5
			:.v n > 2 25:38 n=5 2x`},
		{"a/level", `{"n": 3}`, `
			x data.a.level 27:1
			.x input.n < 2 27:19 input.n=3
			x data.a.level 28:1
			.x input.n > 5 28:1 input.n=3`},
	}
	for _, test := range tests {
		t.Run(test.entrypoint, func(t *testing.T) {
			got := explainAll(t, test.entrypoint, test.input)
			want := strings.ReplaceAll(strings.TrimPrefix(test.want, "\n"), "\t", "") + "\n"
			if lines := linesOf(got.Trace, ""); lines != want {
				t.Errorf("\n%s %+v %v", lines, got.Errors, got.Error)
			}
		})
	}
}

func TestAnExplanationHasTheOutcome(t *testing.T) {
	for _, test := range []struct{ entrypoint, input, want string }{
		{"a/allow", `{}`, "false"}, {"a/four", `{"n": 3}`, "undefined"}, {"a/clash", `{"n": 2}`, "eval_conflict_error"},
	} {
		got := explainAll(t, test.entrypoint, test.input)
		if saying(got) != test.want || len(got.Trace) == 0 || got.Truncated {
			t.Errorf("%s: %+v", test.entrypoint, got)
		}
	}
}

func TestAnExplanationIsBounded(t *testing.T) {
	many := "[" + strings.Repeat("1, ", 5000) + "2]"
	got := explainAll(t, "a/small", `{"list": `+many+`}`)
	every := got.Trace[0].Steps[0]
	if !got.Truncated || len(every.Entered) != mostEntered || every.More == 0 {
		t.Errorf("%v %d %d", got.Truncated, len(every.Entered), every.More)
	}
	if list := every.Bindings["input.list"]; len(list) > 2*longestText || !strings.HasSuffix(list, "…") {
		t.Errorf("%d", len(list))
	}
}

func TestTheLastEnteredIsKept(t *testing.T) {
	got := explainAll(t, "a/small", `{"list": [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7]}`)
	every := got.Trace[0].Steps[0]
	last := every.Entered[len(every.Entered)-1]
	if every.More != 3 || last.Held || last.Steps[0].Bindings["x"] != "7" {
		t.Errorf("%d %+v", every.More, last)
	}
}

func TestBriefTexts(t *testing.T) {
	long := strings.Repeat("é", 1000)
	got := ask(t, map[string]any{"op": "explain", "modules": files("package a\n\np if {\n\tx := input.x\n\ty := {\"s\": set(), \"o\": {\"k\": {1}}}\n\tx == y\n}"), "entrypoint": "a/p", "input": map[string]string{"x": long}})
	last := got.Trace[0].Steps[2]
	if y := last.Bindings["y"]; y != `{"o": {"k": {1}}, "s": set()}` {
		t.Errorf("%s", y)
	}
	if x := last.Bindings["x"]; !strings.HasPrefix(x, `"éé`) || !strings.HasSuffix(x, "é…") || len(x) > longestText+4 {
		t.Errorf("%s", x)
	}
}

func explainAll(t *testing.T, entrypoint, input string) reply {
	t.Helper()
	line := fmt.Sprintf(`{"op":"explain","modules":[{"file":"a.rego","source":%s}],"data":{"roles":{"alice":["dev"]},"grants":{"dev":[{"action":"read"}]}},"entrypoint":%s,"input":%s}`,
		quote(explained), quote(entrypoint), input)
	return converse(t, line+"\n")[0]
}

// linesOf draws a trace: v held, x failed; a dot for each level, a colon where a head entered.
func linesOf(trace []entered, indent string) string {
	var lines strings.Builder
	for _, each := range trace {
		name := each.Rule
		if name == "" {
			name = "-"
		}
		fmt.Fprintf(&lines, "%s%s %s %d:%d", indent, mark(each.Held), name, each.Row, each.Column)
		if each.Default {
			lines.WriteString(" default")
		}
		if each.Value != "" {
			lines.WriteString(" =" + each.Value)
		}
		lines.WriteString("\n")
		for _, step := range each.Steps {
			fmt.Fprintf(&lines, "%s.%s %s %d:%d", indent, mark(step.Held), step.Text, step.Row, step.Column)
			for _, name := range slices.Sorted(maps.Keys(step.Bindings)) {
				fmt.Fprintf(&lines, " %s=%s", name, step.Bindings[name])
			}
			if step.Tried > 0 {
				fmt.Fprintf(&lines, " %dx", step.Tried)
			}
			lines.WriteString("\n" + linesOf(step.Entered, indent+".."))
		}
		lines.WriteString(linesOf(each.Entered, indent+":"))
	}
	return lines.String()
}

func mark(held bool) string {
	if held {
		return "v"
	}
	return "x"
}
