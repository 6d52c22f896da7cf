package main

import (
	"context"
	"maps"
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/bundle"
	opa "github.com/open-policy-agent/opa/v1/compile"
)

// emit adds wasm and plan to a unit, both at a time: the plan is small beside the wasm, in which it is hidden.
func emit(made *unit, checked *program, targets []string) error {
	var emitting []func() error
	if slices.Contains(targets, opa.TargetWasm) {
		emitting = append(emitting, func() error {
			built, err := build(checked, opa.TargetWasm, made.Entrypoints)
			// The wasm comes first; what may fail after it is formatting sources that nobody will read.
			if len(built.WasmModules) == 0 {
				return err
			}
			made.Wasm = built.WasmModules[0].Raw
			return nil
		})
	}
	if slices.Contains(targets, opa.TargetPlan) {
		emitting = append(emitting, func() error {
			built, err := build(checked, opa.TargetPlan, made.Entrypoints)
			if len(built.PlanModules) == 0 {
				return err
			}
			made.Plan = withoutLocations(built.PlanModules[0].Raw)
			return nil
		})
	}
	return together(emitting)
}

// build runs OPA's planner and, for wasm, its generator.
func build(checked *program, target string, entrypoints []string) (*bundle.Bundle, error) {
	source := bundleOf(checked)
	if len(entrypoints) == 0 {
		source.Modules = append(source.Modules, moduleFile("system/vedette.rego", placeholder))
		entrypoints = []string{placeholderEntrypoint}
	}
	compiler := opa.New().
		WithTarget(target).
		WithRegoVersion(checked.version).
		WithCapabilities(checked.capabilities).
		WithBundle(source).
		WithEntrypoints(entrypoints...).
		// Otherwise OPA adds every dependent as an entrypoint, functions too, and fails on them.
		WithPruneUnused(true)
	err := compiler.Build(context.Background())
	return compiler.Bundle(), err
}

func bundleOf(checked *program) *bundle.Bundle {
	source := &bundle.Bundle{Data: map[string]any{}}
	source.SetRegoVersion(checked.version)
	var copies []*ast.Module
	for _, file := range slices.Sorted(maps.Keys(checked.parsed)) {
		copied := moduleFile(file, checked.parsed[file])
		source.Modules = append(source.Modules, copied)
		copies = append(copies, copied.Parsed)
	}
	orderWiths(copies)
	return source
}

// moduleFile has a copy: a build for wasm takes the rules of entrypoints out of the modules it was given.
func moduleFile(file string, parsed *ast.Module) bundle.ModuleFile {
	return bundle.ModuleFile{URL: file, Path: file, Parsed: parsed.Copy()}
}

// OPA refuses to build without an entrypoint, yet modules without a rule, or no module, are a valid unit.
const placeholderEntrypoint = "system/vedette/empty"

var placeholder = ast.MustParseModuleWithOpts("package system.vedette\n\nempty := true",
	ast.ParserOptions{RegoVersion: ast.RegoV1})
