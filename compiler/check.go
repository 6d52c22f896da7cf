package main

import (
	"fmt"

	"github.com/open-policy-agent/opa/v1/ast"
)

// program is what the modules of a request are after OPA's front end.
type program struct {
	*ast.Compiler
	parsed       map[string]*ast.Module
	version      ast.RegoVersion
	capabilities *ast.Capabilities
}

// front parses and checks the modules; the answer is of use if it has no program.
func front(asked request) (*program, response) {
	read, refused := parse(asked)
	if read == nil {
		return nil, refused
	}
	read.Compiler = read.newCompiler()
	read.Compile(read.parsed)
	if read.Failed() {
		return nil, response{Errors: locate(read.Errors, blameable(read.parsed))}
	}
	return read, response{}
}

// parse reads every module and returns the errors of all files together.
func parse(asked request) (*program, response) {
	version, err := versionOf(asked.RegoVersion)
	if err != nil {
		return nil, refuse("ERR_BAD_REQUEST", err.Error())
	}
	read := &program{
		parsed:       make(map[string]*ast.Module, len(asked.Modules)),
		version:      version,
		capabilities: capabilitiesFor(asked.Builtins, version),
	}
	var found []located
	for _, m := range asked.Modules {
		found = append(found, read.add(m)...)
	}
	if found != nil {
		return nil, response{Errors: found}
	}
	return read, response{}
}

func (p *program) add(m module) []located {
	if _, twice := p.parsed[m.File]; twice {
		return []located{locatedAt(m.File, ast.CompileErr, "two modules have this file name")}
	}
	one, err := ast.ParseModuleWithOpts(m.File, m.Source, ast.ParserOptions{
		RegoVersion:       p.version,
		Capabilities:      p.capabilities,
		ProcessAnnotation: true, // as OPA's servers do, for `rego.metadata.rule()`
	})
	p.parsed[m.File] = one
	if err != nil {
		return locate(err, m.File)
	}
	return nil
}

// newCompiler reports every error, unlike OPA's bundle compiler, which stops after ten.
func (p *program) newCompiler() *ast.Compiler {
	return ast.NewCompiler().
		WithCapabilities(p.capabilities).
		WithDefaultRegoVersion(p.version).
		SetErrorLimit(0)
}

func versionOf(number *int) (ast.RegoVersion, error) {
	if number == nil {
		return ast.RegoV1, nil
	}
	if *number != 0 && *number != 1 {
		return ast.RegoUndefined, fmt.Errorf("regoVersion is 0 or 1, not %d", *number)
	}
	return ast.RegoVersionFromInt(*number), nil
}

// blameable is the file of an error that names no place: the only one there is, or none of them.
func blameable(parsed map[string]*ast.Module) string {
	for file := range parsed {
		if len(parsed) == 1 {
			return file
		}
	}
	return ""
}
