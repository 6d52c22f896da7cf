package main

import (
	"errors"
	"regexp"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// locate turns whatever OPA returned into located errors; `file` is for the ones that name no place.
func locate(err error, file string) []located {
	var many ast.Errors
	var one *ast.Error
	switch {
	case errors.As(err, &many):
		found := make([]located, 0, len(many))
		for _, each := range many {
			found = append(found, locateOne(each, file))
		}
		return found
	case errors.As(err, &one):
		return []located{locateOne(one, file)}
	default:
		return []located{locatedAt(file, ast.CompileErr, err.Error())}
	}
}

func locateOne(err *ast.Error, file string) located {
	at := locatedAt(file, err.Code, message(err))
	if err.Location == nil {
		return at
	}
	if err.Location.File != "" {
		at.File = err.Location.File
	}
	at.Row, at.Column = max(err.Location.Row, 1), max(err.Location.Col, 1)
	return at
}

func locatedAt(file, code, message string) located {
	return located{File: file, Row: 1, Column: 1, Code: code, Message: message}
}

// message is one line: what a type error has and wants belongs to it, a quoted source line does not.
func message(err *ast.Error) string {
	if name, ok := missingBuiltin(err); ok {
		return "builtin " + name + " is not available in the replicas"
	}
	if err.Code != ast.TypeErr || err.Details == nil {
		return oneLine(err.Message)
	}
	return oneLine(err.Message) + " (" + oneLine(strings.Join(err.Details.Lines(), ", ")) + ")"
}

var lineBreak = regexp.MustCompile(`\s*\n\s*`)

func oneLine(text string) string {
	return lineBreak.ReplaceAllLiteralString(strings.TrimSpace(text), " ")
}

// missingBuiltin tells a builtin that OPA has and the replicas have not from a function nobody has.
func missingBuiltin(err *ast.Error) (string, bool) {
	name, called := strings.CutPrefix(err.Message, "undefined function ")
	if !called && err.Location != nil && strings.HasPrefix(err.Message, "with keyword target") {
		name = string(err.Location.Text) // mocking a builtin: the message does not say which
	}
	_, known := ast.BuiltinMap[name]
	return name, known
}
