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
	checked, refused := front(asked)
	if checked == nil {
		return refused
	}
	options, err := documents(asked)
	if err != nil {
		return refuse("ERR_BAD_REQUEST", err.Error())
	}
	options = append(options, rego.Compiler(checked.Compiler), rego.Query(asked.Query))
	results, err := rego.New(options...).Eval(context.Background())
	if err != nil {
		return refuse(evaluationCode(err), err.Error())
	}
	return evaluated(results)
}

func documents(asked request) ([]func(*rego.Rego), error) {
	store, err := storeOf(asked.Data)
	if err != nil {
		return nil, err
	}
	options := []func(*rego.Rego){rego.Store(store)}
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

func evaluated(results rego.ResultSet) response {
	if len(results) == 0 {
		return response{evaluation: &evaluation{Undefined: true}}
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(results[0].Expressions[0].Value); err != nil {
		return refuse("ERR_EVALUATION", err.Error())
	}
	return response{evaluation: &evaluation{Result: text.Bytes()}}
}

func evaluationCode(err error) string {
	var failed *topdown.Error
	if errors.As(err, &failed) {
		return failed.Code
	}
	return "ERR_EVALUATION"
}
