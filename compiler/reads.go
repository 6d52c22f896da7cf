package main

import (
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
)

// readsOf lists the base documents the rules refer to, as far as their paths are known before evaluation:
// sorted, none below another; an empty path is the whole document. It needs compiled modules, in which
// imports and local names are resolved to `data` refs.
func readsOf(modules map[string]*ast.Module) [][]string {
	packages := make([][]string, 0, len(modules))
	for _, m := range modules {
		packages = append(packages, textPrefix(m.Package.Path))
	}
	found := [][]string{}
	for _, m := range modules {
		for _, rule := range m.Rules {
			ast.WalkRefs(rule, func(ref ast.Ref) bool {
				if path, ok := baseRead(ref, packages); ok {
					found = append(found, path)
				}
				return false
			})
		}
	}
	return outermost(found)
}

func baseRead(ref ast.Ref, packages [][]string) ([]string, bool) {
	if !ref.HasPrefix(ast.DefaultRootRef) {
		return nil, false
	}
	path := textPrefix(ref)
	virtual := slices.ContainsFunc(packages, func(p []string) bool { return startsWith(path, p) })
	return path, !virtual
}

func outermost(found [][]string) [][]string {
	slices.SortFunc(found, slices.Compare)
	kept := [][]string{}
	for _, path := range found {
		if len(kept) == 0 || !startsWith(path, kept[len(kept)-1]) {
			kept = append(kept, path)
		}
	}
	return kept
}

func startsWith(path, prefix []string) bool {
	return len(path) >= len(prefix) && slices.Equal(path[:len(prefix)], prefix)
}
