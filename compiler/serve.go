package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// serve answers one request a line, in order, until the input ends.
func serve(in io.Reader, out io.Writer) error {
	reader := bufio.NewReaderSize(in, 64<<10)
	writer := bufio.NewWriterSize(out, 64<<10)
	for {
		line, err := reader.ReadBytes('\n')
		if len(bytes.TrimSpace(line)) > 0 {
			if failed := write(writer, answer(line)); failed != nil {
				return failed
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func write(writer *bufio.Writer, reply response) error {
	encoder := json.NewEncoder(writer)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(reply); err != nil {
		return err
	}
	return writer.Flush()
}

// answer never fails and never panics: whatever goes wrong becomes an error of this one request.
func answer(line []byte) (reply response) {
	var asked request
	defer func() {
		if thrown := recover(); thrown != nil {
			reply = refuse("ERR_PANIC", fmt.Sprintf("the compiler panicked: %v", thrown))
		}
		reply.ID = asked.ID
	}()
	if err := json.Unmarshal(line, &asked); err != nil {
		asked.ID = nil
		return refuse("ERR_BAD_REQUEST", err.Error())
	}
	return dispatch(asked)
}

var handlers = map[string]func(request) response{
	"compile": compileModules,
	"inspect": inspect,
	"eval":    evaluate,
	"explain": explain,
	"test":    examine,
	"bundle":  pack,
	"tree":    growTree,
	"ping":    func(request) response { return response{Pong: true} },
}

func dispatch(asked request) response {
	handle, known := handlers[asked.Op]
	if !known {
		return refuse("ERR_UNKNOWN_OP", fmt.Sprintf("unknown op %q", asked.Op))
	}
	return handle(asked)
}
