package main

import "github.com/open-policy-agent/opa/v1/rego"

// explanation is the shape of an evaluation; truncated if there was more to it.
type explanation struct {
	Trace     []entered `json:"trace"`
	Truncated bool      `json:"truncated,omitempty"`
}

// entered is a rule that was evaluated, or a body within one, which has no name. It has a value if it held.
type entered struct {
	Rule    string      `json:"rule,omitempty"`
	Default bool        `json:"default,omitempty"`
	File    string      `json:"file"`
	Row     int         `json:"row"`
	Column  int         `json:"column"`
	Held    bool        `json:"held"`
	Value   string      `json:"value,omitempty"`
	Steps   []evaluated `json:"steps"`
	// Entered are rules its head needed, and More the number of those left out.
	Entered []entered `json:"entered,omitempty"`
	More    int       `json:"more,omitempty"`
}

// evaluated is an expression as it is written, or the part of one that failed. Bindings are what it saw, as Rego.
type evaluated struct {
	Text     string            `json:"text"`
	Row      int               `json:"row"`
	Column   int               `json:"column"`
	Held     bool              `json:"held"`
	Tried    int               `json:"tried,omitempty"`
	Bindings map[string]string `json:"bindings,omitempty"`
	Entered  []entered         `json:"entered,omitempty"`
	More     int               `json:"more,omitempty"`
}

// explain evaluates without the rule index, which would pass over the rules that do not apply: why they do not is
// what people ask.
func explain(asked request) response {
	documents, refused := load(asked)
	if documents == nil {
		return refused
	}
	options, err := documents.options(asked.question)
	if err != nil {
		return refuse("ERR_BAD_REQUEST", err.Error())
	}
	watching := newTracer()
	outcome := answerTo(rego.New(options...), rego.EvalQueryTracer(watching), rego.EvalRuleIndexing(false))
	return response{outcome: outcome, explanation: &explanation{rendered(watching), watching.truncated}}
}

// rendered leaves out the question itself.
func rendered(watching *tracer) []entered {
	if watching.root == nil {
		return []entered{}
	}
	steps, loose := render(watching.root)
	trace := append([]entered{}, loose.entered...)
	for _, each := range steps {
		trace = append(trace, each.Entered...)
	}
	return trace
}
