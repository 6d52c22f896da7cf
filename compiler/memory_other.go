//go:build !linux

package main

// limitMemory leaves it at GOMEMLIMIT: only Linux counts what a process really writes.
func limitMemory() {}
