package main

import (
	"bytes"

	"github.com/open-policy-agent/opa/v1/bundle"
	opa "github.com/open-policy-agent/opa/v1/compile"
)

// archive is a bundle as OPA loads it, a gzipped tar.
type archive struct {
	Bundle []byte `json:"bundle"`
}

// pack makes a bundle of sources, data, and the wasm of the entrypoints. The manifest does not hand the entrypoints
// over to the wasm, as `opa build` would: an OPA that was built without a wasm runtime refuses such a bundle, and
// every other OPA answers from the sources just as well. Who runs the wasm finds it as `/policy.wasm`.
func pack(asked request) response {
	checked, refused := front(asked)
	if checked == nil {
		return refused
	}
	data, err := documentOf(asked.Data)
	if err != nil {
		return refuse("ERR_BAD_REQUEST", err.Error())
	}
	entrypoints := namesAsked(checked, asked).entrypoints
	built, err := build(checked, opa.TargetWasm, entrypoints)
	if len(built.WasmModules) == 0 {
		return response{Errors: locate(err, blameable(checked.parsed))}
	}
	packed, err := written(bundle.Bundle{
		Manifest:    manifestOf(entrypoints),
		Modules:     sourcesOf(asked.Modules, checked),
		Data:        data,
		WasmModules: built.WasmModules,
	}, checked)
	if err != nil {
		return refuse("ERR_BUNDLE", err.Error())
	}
	return response{archive: &archive{packed}}
}

// manifestOf tells readers, not OPA, what the wasm answers.
func manifestOf(entrypoints []string) bundle.Manifest {
	manifest := bundle.Manifest{Metadata: map[string]any{"entrypoints": entrypoints}}
	manifest.Init()
	return manifest
}

func sourcesOf(modules []module, checked *program) []bundle.ModuleFile {
	sources := make([]bundle.ModuleFile, 0, len(modules))
	for _, m := range modules {
		sources = append(sources, bundle.ModuleFile{
			URL: m.File, Path: m.File, Raw: []byte(m.Source), Parsed: checked.parsed[m.File],
		})
	}
	return sources
}

func written(packed bundle.Bundle, checked *program) ([]byte, error) {
	packed.SetRegoVersion(checked.version)
	var out bytes.Buffer
	err := bundle.NewWriter(&out).Write(packed)
	return out.Bytes(), err
}
