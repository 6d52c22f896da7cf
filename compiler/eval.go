package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/storage"
	"github.com/open-policy-agent/opa/v1/storage/inmem"
	"github.com/open-policy-agent/opa/v1/topdown"
	"github.com/open-policy-agent/opa/v1/util"
)

// evaluate answers a query with OPA's own evaluator: the oracle that the replicas' engines are held against.
func evaluate(asked request) response {
	query, refused := prepare(asked)
	if query == nil {
		return refused
	}
	return query.answer()
}

// query is a question with everything it is asked of.
type query []func(*rego.Rego)

// prepare checks modules and documents; the answer is of use if it has no query.
func prepare(asked request) (query, response) {
	checked, refused := front(asked)
	if checked == nil {
		return nil, refused
	}
	question, err := questionOf(asked)
	if err != nil {
		return nil, refuse("ERR_BAD_REQUEST", err.Error())
	}
	options, err := documents(asked)
	if err != nil {
		return nil, refuse("ERR_BAD_REQUEST", err.Error())
	}
	return append(options,
		question,
		rego.Compiler(checked.Compiler),
		rego.Capabilities(checked.capabilities),
		rego.SetRegoVersion(checked.version),
		rego.StrictBuiltinErrors(asked.StrictErrors),
	), response{}
}

func questionOf(asked request) (func(*rego.Rego), error) {
	if asked.Query != "" {
		return rego.Query(asked.Query), nil
	}
	path, ok := storage.ParsePath("/" + asked.Entrypoint)
	if !ok {
		return nil, fmt.Errorf("entrypoint %q is no path", asked.Entrypoint)
	}
	ref := path.Ref(ast.DefaultRootDocument)
	return rego.ParsedQuery(ast.NewBody(ast.NewExpr(ast.NewTerm(ref)))), nil
}

func documents(asked request) (query, error) {
	store, err := storeOf(asked.Data)
	if err != nil {
		return nil, err
	}
	options := query{rego.Store(store)}
	if asked.Input == nil {
		return options, nil
	}
	input, err := ast.ValueFromReader(bytes.NewReader(asked.Input))
	if err != nil {
		return nil, fmt.Errorf("input: %w", err)
	}
	return append(options, rego.ParsedInput(input)), nil
}

func storeOf(data json.RawMessage) (storage.Store, error) {
	document := map[string]any{}
	if data != nil {
		if err := util.UnmarshalJSON(data, &document); err != nil {
			return nil, fmt.Errorf("data: %w", err)
		}
	}
	return inmem.NewFromObjectWithOpts(document, inmem.OptRoundTripOnWrite(false)), nil
}

func (q query) answer() response {
	results, err := rego.New(q...).Eval(context.Background())
	if err != nil {
		return failed(err)
	}
	if len(results) == 0 {
		return response{evaluation: &evaluation{Undefined: true}}
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(results[0].Expressions[0].Value); err != nil {
		return failed(err)
	}
	return response{evaluation: &evaluation{Result: text.Bytes()}}
}

// failed says where in the modules an evaluation failed, if OPA does; a question has no place.
func failed(err error) response {
	var at *topdown.Error
	var question ast.Errors
	switch {
	case errors.As(err, &question):
		return refuse(question[0].Code, message(question[0]))
	case !errors.As(err, &at):
		return refuse("ERR_EVALUATION", err.Error())
	}
	reply := refuse(at.Code, at.Message)
	if at.Location != nil {
		reply.Error.File, reply.Error.Row, reply.Error.Column = at.Location.File, at.Location.Row, at.Location.Col
	}
	return reply
}
