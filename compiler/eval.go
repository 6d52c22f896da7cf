package main

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/storage"
	"github.com/open-policy-agent/opa/v1/storage/inmem"
	"github.com/open-policy-agent/opa/v1/util"
)

// evaluate answers with OPA's own evaluator: the oracle that the replicas' engines are held against.
func evaluate(asked request) response {
	documents, refused := load(asked)
	if documents == nil {
		return refused
	}
	if asked.Questions == nil {
		return response{outcome: documents.answer(asked.question)}
	}
	answers := make([]outcome, 0, len(asked.Questions))
	for _, question := range asked.Questions {
		answers = append(answers, documents.answer(question))
	}
	return response{Answers: answers}
}

// loaded is everything questions are asked of.
type loaded struct {
	*program
	store  storage.Store
	strict bool
}

// load checks modules and data; the answer is of use if there is nothing loaded.
func load(asked request) (*loaded, response) {
	checked, refused := front(asked)
	if checked == nil {
		return nil, refused
	}
	store, err := storeOf(asked.Data)
	if err != nil {
		return nil, refuse("ERR_BAD_REQUEST", err.Error())
	}
	return &loaded{checked, store, asked.StrictErrors}, response{}
}

func (l *loaded) answer(asked question) outcome {
	options, err := l.options(asked)
	if err != nil {
		return failing("ERR_BAD_REQUEST", err.Error())
	}
	return answerTo(rego.New(options...))
}

func (l *loaded) options(asked question) ([]func(*rego.Rego), error) {
	asking, err := asked.asking()
	if err != nil {
		return nil, err
	}
	options := []func(*rego.Rego){
		asking,
		rego.Store(l.store),
		rego.Compiler(l.Compiler),
		rego.Capabilities(l.capabilities),
		rego.SetRegoVersion(l.version),
		rego.StrictBuiltinErrors(l.strict),
	}
	if asked.Input == nil {
		return options, nil
	}
	input, err := ast.ValueFromReader(bytes.NewReader(asked.Input))
	if err != nil {
		return nil, fmt.Errorf("input: %w", err)
	}
	return append(options, rego.ParsedInput(input)), nil
}

func (q question) asking() (func(*rego.Rego), error) {
	if q.Query != "" {
		return rego.Query(q.Query), nil
	}
	path, ok := storage.ParsePath("/" + q.Entrypoint)
	if !ok {
		return nil, fmt.Errorf("entrypoint %q is no path", q.Entrypoint)
	}
	ref := path.Ref(ast.DefaultRootDocument)
	return rego.ParsedQuery(ast.NewBody(ast.NewExpr(ast.NewTerm(ref)))), nil
}

func storeOf(data json.RawMessage) (storage.Store, error) {
	document, err := documentOf(data)
	return inmem.NewFromObjectWithOpts(document, inmem.OptRoundTripOnWrite(false)), err
}

func documentOf(data json.RawMessage) (map[string]any, error) {
	document := map[string]any{}
	if data == nil {
		return document, nil
	}
	if err := util.UnmarshalJSON(data, &document); err != nil {
		return document, fmt.Errorf("data: %w", err)
	}
	return document, nil
}
