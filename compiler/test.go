package main

import (
	"cmp"
	"context"
	"slices"

	"github.com/open-policy-agent/opa/v1/cover"
	"github.com/open-policy-agent/opa/v1/storage"
	"github.com/open-policy-agent/opa/v1/tester"
)

// examination is what `opa test --coverage` finds.
type examination struct {
	Tests    []tested      `json:"tests"`
	Coverage *cover.Report `json:"coverage"`
}

// tested is one `test_` rule; its outcome is pass, fail, error or skip.
type tested struct {
	Package    string    `json:"package"`
	Name       string    `json:"name"`
	File       string    `json:"file"`
	Row        int       `json:"row"`
	Column     int       `json:"column"`
	Outcome    string    `json:"outcome"`
	DurationNs int64     `json:"durationNs"`
	Output     string    `json:"output,omitempty"`
	Failure    *failure  `json:"failure,omitempty"`
	Cases      []subtest `json:"cases,omitempty"`
}

// subtest is one case of a test that has many.
type subtest struct {
	Name []string `json:"name"`
	Fail bool     `json:"fail,omitempty"`
}

// examine runs the tests among the modules; coverage counts all of them, as OPA does.
func examine(asked request) response {
	read, refused := parse(asked)
	if read == nil {
		return refused
	}
	store, err := storeOf(asked.Data)
	if err != nil {
		return refuse("ERR_BAD_REQUEST", err.Error())
	}
	covered := cover.New()
	results, err := runTests(read, store, covered)
	if err != nil {
		return response{Errors: locate(err, blameable(read.parsed))}
	}
	report := covered.Report(read.parsed)
	return response{examination: &examination{Tests: testedOf(results), Coverage: &report}}
}

// runTests compiles by itself: the runner adds stages to the compiler.
func runTests(read *program, store storage.Store, covered *cover.Cover) ([]*tester.Result, error) {
	ctx := context.Background()
	txn, err := store.NewTransaction(ctx)
	if err != nil {
		return nil, err
	}
	defer store.Abort(ctx, txn)
	compiler := read.newCompiler().
		WithPathConflictsCheck(storage.NonEmpty(ctx, store, txn)).
		WithEnablePrintStatements(true)
	running, err := tester.NewRunner().
		SetCompiler(compiler).
		SetStore(store).
		SetModules(read.parsed).
		SetCoverageQueryTracer(covered).
		SetCoverageRuns([]cover.Kind{cover.KindIndexExcluded, cover.KindEarlyExit}).
		CapturePrintOutput(true).
		RunTests(ctx, txn)
	if err != nil {
		return nil, err
	}
	var results []*tester.Result
	for each := range running {
		results = append(results, each)
	}
	return results, nil
}

// testedOf is in the order of the sources: the runner goes through the modules as a map has them.
func testedOf(results []*tester.Result) []tested {
	tests := make([]tested, 0, len(results))
	for _, each := range results {
		tests = append(tests, testedFrom(each))
	}
	slices.SortFunc(tests, func(a, b tested) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Row, b.Row), cmp.Compare(a.Column, b.Column))
	})
	return tests
}

func testedFrom(result *tester.Result) tested {
	one := tested{
		Package:    result.Package,
		Name:       result.Name,
		File:       result.Location.File,
		Row:        result.Location.Row,
		Column:     result.Location.Col,
		Outcome:    outcomeOf(result),
		DurationNs: result.Duration.Nanoseconds(),
		Output:     string(result.Output),
	}
	if result.Error != nil {
		one.Failure = failed(result.Error).Error
	}
	for name, each := range result.SubResults.Iter {
		one.Cases = append(one.Cases, subtest{slices.Clone(name), each.Fail})
	}
	return one
}

func outcomeOf(result *tester.Result) string {
	switch {
	case result.Error != nil:
		return "error"
	case result.Skip:
		return "skip"
	case result.Fail:
		return "fail"
	default:
		return "pass"
	}
}
