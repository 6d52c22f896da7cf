package main

import (
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// longestText bounds texts in an explanation, in bytes.
const longestText = 160

// brief writes a value as Rego, up to a length: a local may be all of data.
func brief(value ast.Value) string {
	var text strings.Builder
	writeBrief(&text, value)
	return shortened(text.String())
}

// writeBrief stops soon after there is enough.
func writeBrief(text *strings.Builder, value ast.Value) {
	separator := ""
	write := func(parts ...any) bool {
		text.WriteString(separator)
		separator = ", "
		for _, part := range parts {
			switch part := part.(type) {
			case string:
				text.WriteString(part)
			case *ast.Term:
				writeBrief(text, part.Value)
			}
		}
		return text.Len() > longestText
	}
	switch value := value.(type) {
	case *ast.Array:
		text.WriteString("[")
		value.Until(func(element *ast.Term) bool { return write(element) })
		text.WriteString("]")
	case ast.Object:
		text.WriteString("{")
		value.Until(func(key, member *ast.Term) bool { return write(key, ": ", member) })
		text.WriteString("}")
	case ast.Set:
		if value.Len() == 0 {
			text.WriteString("set()")
			return
		}
		text.WriteString("{")
		value.Until(func(element *ast.Term) bool { return write(element) })
		text.WriteString("}")
	default:
		text.WriteString(value.String())
	}
}

// shortened cuts between characters.
func shortened(text string) string {
	if len(text) <= longestText {
		return text
	}
	return strings.ToValidUTF8(text[:longestText], "") + "…"
}
