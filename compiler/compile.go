package main

import (
	"fmt"
	"maps"
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
	opa "github.com/open-policy-agent/opa/v1/compile"
)

// compileModules makes one unit of all modules, with everything that may be asked of the own ones as an entrypoint.
func compileModules(asked request) response {
	targets, err := targetsOf(asked.Targets)
	if err != nil {
		return refuse("ERR_BAD_REQUEST", err.Error())
	}
	checked, refused := front(asked)
	if checked == nil {
		return refused
	}
	names := namesAsked(checked, asked)
	made := &unit{
		Entrypoints: names.entrypoints,
		Packages:    names.packages,
		Functions:   names.functions,
		Reads:       readsOf(checked.Modules),
	}
	if err := emit(made, checked, targets); err != nil {
		return response{Errors: locate(err, blameable(checked.parsed))}
	}
	return response{unit: made}
}

func targetsOf(names *[]string) ([]string, error) {
	if names == nil {
		return []string{opa.TargetWasm, opa.TargetPlan}, nil
	}
	for _, name := range *names {
		if name != opa.TargetWasm && name != opa.TargetPlan {
			return nil, fmt.Errorf("unknown target %q", name)
		}
	}
	return *names, nil
}

func namesAsked(checked *program, asked request) paths {
	names := pathsOf(ownOf(checked.Modules, asked.Own))
	if asked.Entrypoints != nil {
		names.entrypoints = *asked.Entrypoints
	}
	return names
}

func ownOf(modules map[string]*ast.Module, own *[]string) map[string]*ast.Module {
	if own == nil {
		return modules
	}
	kept := maps.Clone(modules)
	maps.DeleteFunc(kept, func(file string, _ *ast.Module) bool { return !slices.Contains(*own, file) })
	return kept
}
