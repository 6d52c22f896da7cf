package main

import (
	"io"
	"os"
	"time"
)

// lastAnswer is how long requests read before the end of the input may take to be answered.
const lastAnswer = 2 * time.Second

// endWith passes the input on and ends the process soon after it, also in the middle of a compilation, which
// nothing can interrupt: the parent is gone, even if it was killed.
func endWith(input io.Reader) io.Reader {
	passed, passing := io.Pipe()
	go func() {
		_, err := io.Copy(passing, input)
		passing.CloseWithError(err)
		time.Sleep(lastAnswer)
		os.Exit(1)
	}()
	return passed
}
