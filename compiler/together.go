package main

import (
	"cmp"
	"sync"
)

// together does all at a time and returns the first error in their order. A panic of one goes on here, where it can be answered for; in
// a goroutine of its own it would end the process.
func together(works []func() error) error {
	var done sync.WaitGroup
	failures, thrown := make([]error, len(works)), make([]any, len(works))
	for i, work := range works {
		done.Go(func() {
			defer func() { thrown[i] = recover() }()
			failures[i] = work()
		})
	}
	done.Wait()
	for _, each := range thrown {
		if each != nil {
			panic(each)
		}
	}
	return cmp.Or(failures...)
}
