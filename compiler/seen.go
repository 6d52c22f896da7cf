package main

import "github.com/open-policy-agent/opa/v1/ast"

// by finds the values an expression saw, by the names its reader knows.
func (s seen) by(expr *ast.Expr, labels map[ast.Var]string) map[string]string {
	found := map[string]string{}
	if s.values == nil {
		return found
	}
	ast.WalkVars(expr, func(v ast.Var) bool {
		if value := s.values.Get(v); value != nil {
			if name := s.nameOf(v, labels); name != "" {
				found[name] = brief(value)
			}
		}
		return false
	})
	ast.WalkRefs(expr, func(ref ast.Ref) bool {
		if value := s.inputAt(ref); value != nil {
			found[ref.String()] = brief(value)
		}
		return false
	})
	return found
}

func (s seen) nameOf(v ast.Var, labels map[ast.Var]string) string {
	if written := s.names[v].Name; written != "" && !written.IsGenerated() {
		return string(written)
	}
	if v.IsGenerated() || v.IsWildcard() {
		return labels[v]
	}
	return string(v)
}

func (s seen) inputAt(ref ast.Ref) ast.Value {
	if s.input == nil || !ref.HasPrefix(ast.InputRootRef) || len(ref) == 1 || !ref.IsGround() {
		return nil
	}
	value, err := s.input.Value.Find(ref[1:])
	if err != nil {
		return nil
	}
	return value
}

// label names the variable OPA put the value of a part into by the text of the part.
func label(labels map[ast.Var]string, part *ast.Expr) {
	operands := part.Operands()
	if len(operands) == 0 {
		return
	}
	output, text := operands[len(operands)-1], textOf(part)
	if part.IsEquality() {
		output = operands[0]
		if operands[1].IsGround() {
			text = operands[1].String() // `else` places everything at its beginning
		}
	}
	if name, ok := output.Value.(ast.Var); ok {
		labels[name] = text
	}
}
