package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/topdown"
)

// answerTo evaluates; the first result is all there is to a question without variables.
func answerTo(asked *rego.Rego, options ...rego.EvalOption) outcome {
	prepared, err := asked.PrepareForEval(context.Background())
	if err != nil {
		return failed(err)
	}
	results, err := prepared.Eval(context.Background(), options...)
	if err != nil {
		return failed(err)
	}
	if len(results) == 0 {
		return outcome{Undefined: true}
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(results[0].Expressions[0].Value); err != nil {
		return failed(err)
	}
	return outcome{Result: text.Bytes()}
}

// failed says where in the modules an evaluation failed, if OPA does; a question has no place.
func failed(err error) outcome {
	var at *topdown.Error
	var question ast.Errors
	switch {
	case errors.As(err, &question):
		return failing(question[0].Code, message(question[0]))
	case !errors.As(err, &at):
		return failing("ERR_EVALUATION", err.Error())
	}
	reply := failing(at.Code, at.Message)
	if at.Location != nil {
		reply.Error.File, reply.Error.Row, reply.Error.Column = at.Location.File, at.Location.Row, at.Location.Col
	}
	return reply
}
