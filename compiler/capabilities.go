package main

import (
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
)

// rewritten builtins never reach a replica: OPA's compiler turns them into something else, or erases them.
var rewritten = []string{"assign", "internal.print", "print", "rego.metadata.chain", "rego.metadata.rule"}

// capabilitiesFor restricts OPA to the builtins the replicas have (nil: every one), and to no network.
func capabilitiesFor(builtins *[]string, version ast.RegoVersion) *ast.Capabilities {
	capabilities := ast.CapabilitiesForThisVersion(ast.CapabilitiesRegoVersion(version))
	capabilities.AllowNet = []string{}
	if builtins == nil {
		return capabilities
	}
	capabilities.Builtins = slices.DeleteFunc(slices.Clone(capabilities.Builtins), func(b *ast.Builtin) bool {
		return !slices.Contains(*builtins, b.Name) && !slices.Contains(rewritten, b.Name)
	})
	return capabilities
}
