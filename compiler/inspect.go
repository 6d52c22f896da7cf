package main

import (
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// inspection is what can be said of modules that were only parsed.
type inspection struct {
	Inspected []inspected `json:"modules"`
}

// inspected names what a module defines and refers to. Refs are paths below `data`, of packages and of base
// documents alike, as far as they are known before evaluation; "" is the whole of it.
type inspected struct {
	File      string   `json:"file"`
	Package   string   `json:"package"`
	Rules     []string `json:"rules"`
	Functions []string `json:"functions"`
	Refs      []string `json:"refs"`
}

func inspect(asked request) response {
	read, refused := parse(asked)
	if read == nil {
		return refused
	}
	found := make([]inspected, 0, len(asked.Modules))
	for _, m := range asked.Modules {
		found = append(found, inspectOne(m.File, read.parsed[m.File]))
	}
	return response{inspection: &inspection{found}}
}

func inspectOne(file string, parsed *ast.Module) inspected {
	names := namesOf(map[string]*ast.Module{file: parsed})
	return inspected{
		File:      file,
		Package:   groundPath(parsed.Package.Path),
		Rules:     names.rules.sorted(),
		Functions: names.functions.sorted(),
		Refs:      refsOf(parsed).sorted(),
	}
}

// refsOf takes a local variable with the name of an import for the import: a ref too many does no harm.
func refsOf(parsed *ast.Module) nameSet {
	refs, imported := nameSet{}, map[ast.Var]ast.Ref{}
	for _, one := range parsed.Imports {
		if path := one.Path.Value.(ast.Ref); path.HasPrefix(ast.DefaultRootRef) {
			refs[groundPath(path)] = struct{}{}
			imported[one.Name()] = path
		}
	}
	for _, rule := range parsed.Rules {
		ast.WalkRefs(rule, func(ref ast.Ref) bool {
			if head, ok := ref[0].Value.(ast.Var); ok && imported[head] != nil {
				ref = imported[head].Concat(ref[1:])
			}
			if ref.HasPrefix(ast.DefaultRootRef) {
				refs[groundPath(ref)] = struct{}{}
			}
			return false
		})
	}
	return refs
}

// groundPath ends before what is unknown, or cannot be written between slashes.
func groundPath(ref ast.Ref) string {
	segments := textPrefix(ref)
	for i, segment := range segments {
		if segment == "" || strings.Contains(segment, "/") {
			segments = segments[:i]
			break
		}
	}
	return strings.Join(segments, "/")
}
