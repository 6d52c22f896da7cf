package main

import "encoding/json"

// request is one line in. Data, Input and Builtins keep apart what is absent and what is null or empty.
type request struct {
	ID       json.RawMessage `json:"id"`
	Op       string          `json:"op"`
	Modules  []module        `json:"modules"`
	Builtins *[]string       `json:"builtins"`
	Data     json.RawMessage `json:"data"`
	Input    json.RawMessage `json:"input"`
	Query    string          `json:"query"`
}

type module struct {
	File   string `json:"file"`
	Source string `json:"source"`
}

// response is one line out: a unit, an evaluation, located errors, or one error of the request itself.
type response struct {
	ID json.RawMessage `json:"id"`
	*unit
	*evaluation
	Errors []located `json:"errors,omitempty"`
	Error  *failure  `json:"error,omitempty"`
	Pong   bool      `json:"pong,omitempty"`
}

// unit is what a set of modules compiles to; paths are written `http/example/authz`.
type unit struct {
	Wasm        []byte     `json:"wasm"`
	Entrypoints []string   `json:"entrypoints"`
	Packages    []string   `json:"packages"`
	Functions   []string   `json:"functions"`
	Reads       [][]string `json:"reads"`
}

// evaluation has a result, which may be null, or is undefined.
type evaluation struct {
	Result    json.RawMessage `json:"result,omitempty"`
	Undefined bool            `json:"undefined,omitempty"`
}

// located is an error in a source; row and column count from 1.
type located struct {
	File    string `json:"file"`
	Row     int    `json:"row"`
	Column  int    `json:"column"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

type failure struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

func refuse(code, message string) response {
	return response{Error: &failure{Code: code, Message: message}}
}
