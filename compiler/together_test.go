package main

import (
	"errors"
	"testing"
)

func TestTogether(t *testing.T) {
	met := make(chan bool)
	meet := func() error { met <- true; return nil }
	await := func() error { <-met; return errors.New("late") }
	if err := together([]func() error{meet, await}); err == nil || err.Error() != "late" {
		t.Errorf("%v", err)
	}
	if err := together(nil); err != nil {
		t.Errorf("%v", err)
	}
}

func TestAPanicIsPassedOn(t *testing.T) {
	defer func() {
		if thrown := recover(); thrown != "boom" {
			t.Errorf("%v", thrown)
		}
	}()
	_ = together([]func() error{func() error { panic("boom") }, func() error { return nil }})
	t.Error("no panic")
}
