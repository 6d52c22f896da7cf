package main

import (
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/topdown"
)

const (
	// mostTraced bounds an explanation, in rules, bodies and expressions.
	mostTraced = 1000
	// mostEntered bounds what one expression may show it entered: the first ones, and the last.
	mostEntered = 10
)

// tracer keeps the shape of an evaluation while it runs: OPA's BufferTracer would keep every event of it.
type tracer struct {
	root      *frame
	frames    map[uint64]*frame
	traced    int
	truncated bool
}

// frame is one evaluation of a rule, or of a body in one: `not`, `every`, a comprehension.
type frame struct {
	node    ast.Node
	held    bool
	value   *ast.Term
	steps   []*step
	current *step
}

// step is an expression of a frame, which may be tried many times.
type step struct {
	expr          *ast.Expr
	open          bool
	tried, failed int
	entered       []*frame
	passedOver    int
	// failing is what it saw when it last failed, holding when it last held or, better, when its frame did.
	failing, holding seen
}

// seen are values of variables, the names they have in the source, and the input.
type seen struct {
	values *ast.ValueMap
	names  map[ast.Var]topdown.VarMetadata
	input  *ast.Term
}

func seenAt(event topdown.Event) seen {
	return seen{event.Locals, event.LocalMetadata, event.Input()}
}

func newTracer() *tracer {
	return &tracer{frames: map[uint64]*frame{}}
}

func (*tracer) Enabled() bool { return true }

func (*tracer) Config() topdown.TraceConfig { return topdown.TraceConfig{PlugLocalVars: true} }

func (t *tracer) TraceEvent(event topdown.Event) {
	if event.Op == topdown.EnterOp {
		t.enter(event)
		return
	}
	at := t.frames[event.QueryID]
	if at == nil {
		return
	}
	expr, _ := event.Node.(*ast.Expr)
	switch event.Op {
	case topdown.EvalOp:
		t.try(at, expr, seenAt(event))
	case topdown.RedoOp:
		if again := at.stepOf(expr); again != nil {
			at.current = again
		}
	case topdown.FailOp:
		at.fail(expr, seenAt(event))
	case topdown.ExitOp:
		at.exit(event)
	}
}

func (t *tracer) enter(event topdown.Event) {
	parent := t.frames[event.ParentID]
	if t.root != nil && parent == nil || !t.hasRoom() {
		return
	}
	entered := &frame{node: event.Node}
	t.frames[event.QueryID] = entered
	switch {
	case parent == nil:
		t.root = entered
	case parent.current != nil:
		parent.current.enter(entered)
	}
}

func (t *tracer) hasRoom() bool {
	t.traced++
	t.truncated = t.traced > mostTraced
	return !t.truncated
}

func (t *tracer) try(at *frame, expr *ast.Expr, now seen) {
	trying := at.stepOf(expr)
	if trying == nil && t.hasRoom() {
		trying = &step{expr: expr}
		at.steps = append(at.steps, trying)
	}
	at.current = trying
	if trying == nil {
		return
	}
	trying.tried++
	trying.open = true
	if before := slices.Index(at.steps, trying) - 1; before >= 0 && !at.held {
		at.steps[before].holding = now
	}
}

func (f *frame) stepOf(expr *ast.Expr) *step {
	at := slices.IndexFunc(f.steps, func(s *step) bool { return s.expr == expr })
	if at < 0 {
		return nil
	}
	return f.steps[at]
}

func (f *frame) fail(expr *ast.Expr, now seen) {
	// OPA says of some that they failed twice.
	if failed := f.stepOf(expr); failed != nil && failed.open {
		failed.failed++
		failed.open = false
		failed.failing = now
	}
}

func (f *frame) exit(event topdown.Event) {
	f.held = true
	for _, each := range f.steps {
		each.holding = seenAt(event)
	}
	if rule, ok := event.Node.(*ast.Rule); ok {
		if f.value = rule.Head.Value; f.value == nil {
			f.value = rule.Head.Key
		}
		f.value = event.Plug(f.value)
	}
}

func (s *step) held() bool {
	return s.tried > s.failed
}

func (s *step) enter(entered *frame) {
	if len(s.entered) < mostEntered {
		s.entered = append(s.entered, entered)
		return
	}
	s.entered[mostEntered-1] = entered
	s.passedOver++
}
