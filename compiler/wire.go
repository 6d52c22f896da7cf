package main

import "encoding/json"

// request is one line in. Pointers and raw messages keep apart what is absent and what is null or empty.
type request struct {
	ID      json.RawMessage `json:"id"`
	Op      string          `json:"op"`
	Modules []module        `json:"modules"`
	// RegoVersion is the language of modules that do not say `import rego.v1`: 0 or 1, the default.
	RegoVersion *int `json:"regoVersion"`
	// Builtins names the ones that may be called; absent: all of OPA's, though none reaches the network.
	Builtins *[]string `json:"builtins"`

	// Own names the files whose rules are asked for; the others are only called by them. Absent: all files.
	Own *[]string `json:"own"`
	// Entrypoints, written `http/example/authz`, are compiled instead of all that the own files have.
	Entrypoints *[]string `json:"entrypoints"`
	// Targets are what to emit, absent: both.
	Targets *[]string `json:"targets"`

	Data json.RawMessage `json:"data"`
	// StrictErrors makes the errors of builtins fail an evaluation; otherwise their expressions are undefined.
	StrictErrors bool `json:"strictErrors"`
	question
	// Questions are asked in place of the request's own one, of the same modules and data.
	Questions []question `json:"questions"`
}

// question has a Query, which is Rego, or an Entrypoint, a slash path.
type question struct {
	Input      json.RawMessage `json:"input"`
	Query      string          `json:"query"`
	Entrypoint string          `json:"entrypoint"`
}

type module struct {
	File   string `json:"file"`
	Source string `json:"source"`
}

// response is one line out: what the op answers, located errors in the modules, or one error of the request itself.
type response struct {
	ID json.RawMessage `json:"id"`
	*unit
	*inspection
	outcome
	Answers []outcome `json:"answers,omitempty"`
	*examination
	*explanation
	*archive
	*tree
	Errors []located `json:"errors,omitempty"`
	Pong   bool      `json:"pong,omitempty"`
}

// unit is what a set of modules compiles to; paths are written `http/example/authz`.
type unit struct {
	Wasm        []byte          `json:"wasm,omitempty"`
	Plan        json.RawMessage `json:"plan,omitempty"`
	Entrypoints []string        `json:"entrypoints"`
	Packages    []string        `json:"packages"`
	Functions   []string        `json:"functions"`
	Reads       [][]string      `json:"reads"`
}

// outcome of an evaluation: a result, which may be null, or undefined, or an error.
type outcome struct {
	Result    json.RawMessage `json:"result,omitempty"`
	Undefined bool            `json:"undefined,omitempty"`
	Error     *failure        `json:"error,omitempty"`
}

// located is an error in a source; row and column count from 1.
type located struct {
	File    string `json:"file"`
	Row     int    `json:"row"`
	Column  int    `json:"column"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

// failure may have a place, where an evaluation failed.
type failure struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	File    string `json:"file,omitempty"`
	Row     int    `json:"row,omitempty"`
	Column  int    `json:"column,omitempty"`
}

func refuse(code, message string) response {
	return response{outcome: failing(code, message)}
}

func failing(code, message string) outcome {
	return outcome{Error: &failure{Code: code, Message: message}}
}
