// Command vedette-compiler is a warm Rego compiler: one JSON object a line on stdin, one answer a
// line on stdout. It ends with its stdin, so it never outlives the process that started it.
package main

import (
	"fmt"
	"os"
)

func main() {
	limitMemory()
	if err := serve(endWith(os.Stdin), os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "vedette-compiler:", err)
		os.Exit(1)
	}
}
