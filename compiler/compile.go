package main

import (
	"context"
	"maps"
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/bundle"
	opa "github.com/open-policy-agent/opa/v1/compile"
)

// compileModules makes one wasm of all modules, with everything that may be asked as an entrypoint.
func compileModules(modules []module, builtins *[]string) response {
	capabilities := capabilitiesFor(builtins)
	parsed, found := parse(modules, capabilities)
	if found != nil {
		return response{Errors: found}
	}
	checked, found := check(parsed, capabilities)
	if found != nil {
		return response{Errors: found}
	}
	names := pathsOf(checked.Modules)
	wasm, err := emit(parsed, names.entrypoints, capabilities)
	if err != nil {
		return response{Errors: locate(err, blameable(parsed))}
	}
	return response{unit: &unit{
		Wasm:        wasm,
		Entrypoints: names.entrypoints,
		Packages:    names.packages,
		Functions:   names.functions,
		Reads:       readsOf(checked.Modules),
	}}
}

// emit runs OPA's planner and wasm generator.
func emit(parsed map[string]*ast.Module, entrypoints []string, capabilities *ast.Capabilities) ([]byte, error) {
	source := bundleOf(parsed)
	if len(entrypoints) == 0 {
		source.Modules = append(source.Modules, placeholder())
		entrypoints = []string{placeholderEntrypoint}
	}
	compiler := opa.New().
		WithTarget(opa.TargetWasm).
		WithRegoVersion(ast.RegoV1).
		WithCapabilities(capabilities).
		WithBundle(source).
		WithEntrypoints(entrypoints...).
		// Otherwise OPA adds every dependent as an entrypoint, functions too, and fails on them.
		WithPruneUnused(true)
	err := compiler.Build(context.Background())
	// The wasm comes first; what may fail after it is formatting sources that nobody will read.
	if built := compiler.Bundle().WasmModules; len(built) > 0 {
		return built[0].Raw, nil
	}
	return nil, err
}

func bundleOf(parsed map[string]*ast.Module) *bundle.Bundle {
	source := &bundle.Bundle{Data: map[string]any{}}
	source.SetRegoVersion(ast.RegoV1)
	for _, file := range slices.Sorted(maps.Keys(parsed)) {
		source.Modules = append(source.Modules, moduleFile(file, parsed[file]))
	}
	return source
}

func moduleFile(file string, parsed *ast.Module) bundle.ModuleFile {
	return bundle.ModuleFile{URL: file, Path: file, Parsed: parsed}
}

// OPA refuses to make wasm without an entrypoint, yet modules without a rule, or no module, are a valid unit.
const placeholderEntrypoint = "system/vedette/empty"

// placeholder is parsed each time: the build takes the rules of entrypoints out of the modules it was given.
func placeholder() bundle.ModuleFile {
	const file, source = "system/vedette.rego", "package system.vedette\n\nempty := true"
	return moduleFile(file, ast.MustParseModuleWithOpts(source, ast.ParserOptions{RegoVersion: ast.RegoV1}))
}
