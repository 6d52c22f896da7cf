package main

import (
	"math"
	"runtime/debug"
	"syscall"
)

// limitMemory puts a hard limit at twice GOMEMLIMIT, which by itself only makes the collector work harder.
// It counts written memory (RLIMIT_DATA), since Go reserves far more address space than it uses. Beyond it
// the process dies, and whoever started it answers and starts another.
func limitMemory() {
	soft := debug.SetMemoryLimit(-1)
	if soft == math.MaxInt64 {
		return
	}
	hard := uint64(2 * soft)
	_ = syscall.Setrlimit(syscall.RLIMIT_DATA, &syscall.Rlimit{Cur: hard, Max: hard})
}
