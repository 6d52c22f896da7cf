package main

import (
	"maps"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/storage"
)

// paths are the names a unit is known by, each sorted and without duplicates.
type paths struct {
	entrypoints, packages, functions []string
}

// names are what modules define; a package is among the asked ones if it has a rule or function.
type names struct {
	rules, asked, packages, functions nameSet
}

// pathsOf names what may be asked: every rule but functions, and every package that has a rule or function.
func pathsOf(modules map[string]*ast.Module) paths {
	found := namesOf(modules)
	maps.Copy(found.asked, found.rules)
	return paths{found.asked.sorted(), found.packages.sorted(), found.functions.sorted()}
}

func namesOf(modules map[string]*ast.Module) names {
	found := names{nameSet{}, nameSet{}, nameSet{}, nameSet{}}
	for _, m := range modules {
		found.packages.add(m.Package.Path)
		if len(m.Rules) > 0 {
			found.asked.add(m.Package.Path)
		}
		for _, rule := range m.Rules {
			if isFunction(rule) {
				found.functions.add(rule.Ref())
			} else {
				found.rules.addNearest(rule.Ref().GroundPrefix())
			}
		}
	}
	return found
}

func isFunction(rule *ast.Rule) bool {
	return len(rule.Head.Args) > 0
}

type nameSet map[string]struct{}

func (s nameSet) add(ref ast.Ref) {
	if name, ok := slashPath(ref); ok {
		s[name] = struct{}{}
	}
}

// addNearest names the ref, or what is nearest above it: a rule that has no name is a member of that one's value.
func (s nameSet) addNearest(ref ast.Ref) {
	for size := len(ref); size > 1; size-- {
		if name, ok := slashPath(ref[:size]); ok {
			s[name] = struct{}{}
			return
		}
	}
}

func (s nameSet) sorted() []string {
	names := slices.AppendSeq([]string{}, maps.Keys(s)) // never nil: JSON has to say []
	slices.Sort(names)
	return names
}

// slashPath writes data.a.b as a/b, if OPA reads that back as the same ref: a segment that is no string,
// looks like a number or holds a slash has no name in OPA's entrypoint syntax.
func slashPath(ref ast.Ref) (string, bool) {
	segments := textPrefix(ref)
	if len(segments) != len(ref)-1 || slices.ContainsFunc(segments, isUnspeakable) {
		return "", false
	}
	name := strings.Join(segments, "/")
	path, ok := storage.ParsePath("/" + name)
	return name, ok && path.Ref(ast.DefaultRootDocument).Equal(ref)
}

// isUnspeakable: the entrypoint table of the wasm is C text, and an empty name cannot be asked over HTTP.
func isUnspeakable(segment string) bool {
	return segment == "" || strings.ContainsRune(segment, 0)
}

// textPrefix is the leading part of a ref below its root that consists of strings.
func textPrefix(ref ast.Ref) []string {
	segments := make([]string, 0, len(ref))
	for _, term := range ref[1:] {
		text, ok := term.Value.(ast.String)
		if !ok {
			break
		}
		segments = append(segments, string(text))
	}
	return segments
}
