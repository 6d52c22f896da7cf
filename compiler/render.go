package main

import (
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/format"
)

// inner is what an expression entered, and how much more there was.
type inner struct {
	entered []entered
	more    int
}

func (i *inner) add(entered []entered, more int) {
	i.entered = append(i.entered, entered...)
	i.more += more
}

// render tells of the expressions of a frame, and what was entered without one: for its head.
func render(f *frame) ([]evaluated, inner) {
	steps, loose, labels := []evaluated{}, inner{}, map[ast.Var]string{}
	for _, each := range f.steps {
		loose.add(renderEntered(each))
		// OPA computes parts of an expression before it; they are of interest where they fail.
		if each.expr.Generated && each.held() {
			label(labels, each.expr)
			continue
		}
		shown := renderStep(each, labels)
		shown.Entered, shown.More = loose.entered, loose.more
		steps, loose = append(steps, shown), inner{}
	}
	return steps, loose
}

// renderEntered skips what is no place of its own: the domain of `every`, and what is after `not`.
func renderEntered(s *step) ([]entered, int) {
	shown := inner{more: s.passedOver}
	for _, each := range s.entered {
		steps, loose := render(each)
		if !isSame(s.expr.Location, steps) && !isDomain(each) {
			shown.add([]entered{renderFrame(each, steps, loose)}, 0)
			continue
		}
		for _, step := range steps {
			shown.add(step.Entered, step.More)
		}
		shown.add(loose.entered, loose.more)
	}
	return shown.entered, shown.more
}

func isSame(at *ast.Location, steps []evaluated) bool {
	return at != nil && len(steps) == 1 && steps[0].Row == at.Row && steps[0].Column == at.Col
}

func isDomain(f *frame) bool {
	_, ok := f.node.(*ast.Expr)
	return ok
}

func renderFrame(f *frame, steps []evaluated, loose inner) entered {
	shown := entered{Held: f.held, Steps: steps, Entered: loose.entered, More: loose.more}
	if at := f.node.Loc(); at != nil {
		shown.File, shown.Row, shown.Column = at.File, at.Row, at.Col
	}
	if rule, ok := f.node.(*ast.Rule); ok {
		shown.Rule, shown.Default = rule.Ref().GroundPrefix().String(), rule.Default
	}
	if f.value != nil {
		shown.Value = brief(f.value.Value)
	}
	return shown
}

func renderStep(s *step, labels map[ast.Var]string) evaluated {
	shown := evaluated{Text: textOf(s.expr), Held: s.held()}
	if at := s.expr.Location; at != nil {
		shown.Row, shown.Column = at.Row, at.Col
	}
	if s.tried > 1 {
		shown.Tried = s.tried
	}
	if shown.Held {
		shown.Bindings = s.holding.by(s.expr, labels)
	} else {
		shown.Bindings = s.failing.by(s.expr, labels)
	}
	return shown
}

// textOf is the source of an expression on one line.
func textOf(expr *ast.Expr) string {
	if expr.Location == nil || len(expr.Location.Text) == 0 {
		return shortened(expr.String())
	}
	text := expr.Location.Text
	if condition := conditionOf(string(text)); condition != nil {
		text = condition
	}
	return shortened(strings.Join(strings.Fields(string(text)), " "))
}

// conditionOf an `else` without braces, whose place OPA gives to it.
func conditionOf(text string) []byte {
	if !strings.HasPrefix(text, "else") {
		return nil
	}
	rule, err := ast.ParseRuleWithOpts("p if false "+text, ast.ParserOptions{RegoVersion: ast.RegoV1})
	if err != nil || rule.Else == nil {
		return nil
	}
	condition, err := format.Ast(rule.Else.Body[0])
	if err != nil {
		return nil
	}
	return condition
}
