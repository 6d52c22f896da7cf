package main

import "github.com/open-policy-agent/opa/v1/ast"

// parse reads every module as Rego v1 and returns the errors of all files together.
func parse(modules []module, capabilities *ast.Capabilities) (map[string]*ast.Module, []located) {
	parsed := make(map[string]*ast.Module, len(modules))
	var found []located
	for _, m := range modules {
		if _, twice := parsed[m.File]; twice {
			found = append(found, locatedAt(m.File, ast.CompileErr, "two modules have this file name"))
			continue
		}
		one, err := ast.ParseModuleWithOpts(m.File, m.Source, ast.ParserOptions{
			RegoVersion:       ast.RegoV1,
			Capabilities:      capabilities,
			ProcessAnnotation: true, // as OPA's servers do, for `rego.metadata.rule()`
		})
		if err != nil {
			found = append(found, locate(err, m.File)...)
		}
		parsed[m.File] = one
	}
	return parsed, found
}

// check runs the whole front end; unlike OPA's bundle compiler it does not stop after ten errors.
func check(parsed map[string]*ast.Module, capabilities *ast.Capabilities) (*ast.Compiler, []located) {
	compiler := ast.NewCompiler().WithCapabilities(capabilities).SetErrorLimit(0)
	compiler.Compile(parsed)
	if compiler.Failed() {
		return nil, locate(compiler.Errors, blameable(parsed))
	}
	return compiler, nil
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
