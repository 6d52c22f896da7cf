package main

import (
	"strings"
	"testing"
)

func TestEveryLineHasAnAnswer(t *testing.T) {
	tests := []struct{ line, id, code string }{
		{`{"id":1,"op":"ping"}`, "1", ""},
		{`{"id":"x","op":"nope"}`, `"x"`, "ERR_UNKNOWN_OP"},
		{`{"id":2}`, "2", "ERR_UNKNOWN_OP"},
		{`{"id":3,"op":"compile"`, "null", "ERR_BAD_REQUEST"},
		{`{"id":4,"op":"compile","modules":7}`, "null", "ERR_BAD_REQUEST"},
		{`[]`, "null", "ERR_BAD_REQUEST"},
		{"\x00\xff", "null", "ERR_BAD_REQUEST"},
	}
	var input strings.Builder
	for _, test := range tests {
		input.WriteString(test.line + "\n\n")
	}
	replies := converse(t, input.String())
	if len(replies) != len(tests) {
		t.Fatalf("%d replies to %d requests", len(replies), len(tests))
	}
	for i, test := range tests {
		got := replies[i]
		if string(got.ID) != test.id || code(got) != test.code || got.Pong != (test.code == "") {
			t.Errorf("%q: %s %s", test.line, got.ID, code(got))
		}
	}
}

func TestALastLineNeedsNoLineBreak(t *testing.T) {
	if replies := converse(t, `{"id":1,"op":"ping"}`); len(replies) != 1 || !replies[0].Pong {
		t.Errorf("%v", replies)
	}
}

func TestALineMayHoldTensOfMegabytes(t *testing.T) {
	source := "package a\n\np := 1\n#" + strings.Repeat("x", 20<<20)
	if got := compileAll(t, source); len(got.Wasm) == 0 {
		t.Errorf("%v %v", got.Errors, got.Error)
	}
}

func TestAPanicIsAnErrorOfItsRequest(t *testing.T) {
	old := handlers["ping"]
	defer func() { handlers["ping"] = old }()
	handlers["ping"] = func(request) response { panic("boom") }
	replies := converse(t, `{"id":1,"op":"ping"}`+"\n"+`{"id":2,"op":"nope"}`)
	if code(replies[0]) != "ERR_PANIC" || string(replies[0].ID) != "1" || len(replies) != 2 {
		t.Errorf("%v", replies)
	}
}

func code(got reply) string {
	if got.Error == nil {
		return ""
	}
	return got.Error.Code
}
