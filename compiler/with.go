package main

import (
	"cmp"
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
)

// orderWiths puts what replaces input before what replaces something below data, and that before builtins. They are
// replaced at once, so the order has no meaning; but OPA's planner (1.22) counts documents only and looks up by that
// number among all which of both it is: `with f as g with input.x as 1` would replace `data.x`.
func orderWiths(modules []*ast.Module) {
	rules := rulesByPackage(modules)
	for _, module := range modules {
		roots := rootsIn(module, rules[module.Package.Path.String()])
		ast.WalkExprs(module, func(expr *ast.Expr) bool {
			slices.SortStableFunc(expr.With, func(left, right *ast.With) int {
				return cmp.Compare(roots.rankOf(left), roots.rankOf(right))
			})
			return false
		})
	}
}

// roots says for the names of a module whether they are below input or data; others are builtins.
type roots map[ast.Var]ast.Value

func (r roots) rankOf(with *ast.With) int {
	root := with.Target.Value
	if ref, ok := root.(ast.Ref); ok {
		root = ref[0].Value
	}
	if name, ok := root.(ast.Var); ok && r[name] != nil {
		root = r[name]
	}
	switch {
	case ast.InputRootDocument.Value.Compare(root) == 0:
		return 0
	case ast.DefaultRootDocument.Value.Compare(root) == 0:
		return 1
	}
	return 2
}

func rootsIn(module *ast.Module, rules []ast.Var) roots {
	found := roots{}
	for _, name := range rules {
		found[name] = ast.DefaultRootDocument.Value
	}
	for _, one := range module.Imports {
		if path, ok := one.Path.Value.(ast.Ref); ok {
			found[one.Name()] = path[0].Value
		}
	}
	return found
}

func rulesByPackage(modules []*ast.Module) map[string][]ast.Var {
	found := map[string][]ast.Var{}
	for _, module := range modules {
		path := module.Package.Path.String()
		for _, rule := range module.Rules {
			if name, ok := rule.Head.Ref()[0].Value.(ast.Var); ok {
				found[path] = append(found[path], name)
			}
		}
	}
	return found
}
