package campaign

import (
	"fmt"
	"reflect"
	"strconv"
	"time"

	"github.com/goccy/go-yaml/ast"
)

// decode puts a node of the tree into a value of the manifest and notes where it stands. What
// does not fit is reported and left out.
func (f *findings) decode(path string, n ast.Node, v reflect.Value) {
	f.at[path] = nodePosition(n)
	if n.Type() == ast.NullType {
		if v.Kind() == reflect.Pointer { // "letter:" alone asks for it, with the defaults
			v.Set(reflect.New(v.Type().Elem()))
		}
		return
	}
	switch to := v.Addr().Interface().(type) {
	case *Text:
		f.decodeText(path, n, to)
	case *Lines:
		f.decodeLines(path, n, to)
	case *Fact:
		f.decodeFact(path, n, to)
	case *Rate:
		f.decodeRate(n, to)
	case *time.Duration:
		f.decodeDuration(n, to)
	case *Clauses:
		f.decodeClauses(path, n, to)
	case *Total:
		f.decodeTotal(n, to)
	case *Totals:
		f.decodeTotals(path, n, to)
	case *any:
		f.decodeIncident(path, n, to)
	default:
		f.decodeKind(path, n, v)
	}
}

func (f *findings) decodeKind(path string, n ast.Node, v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		f.decodeStruct(path, n, v)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		f.decode(path, n, v.Elem())
	case reflect.Slice:
		f.decodeSlice(path, n, v)
	case reflect.Map:
		f.decodeMap(path, n, v)
	case reflect.String:
		if s, ok := f.scalar(n); ok {
			v.SetString(s)
		}
	case reflect.Int:
		if i, ok := f.whole(n); ok {
			v.SetInt(i)
		}
	case reflect.Bool:
		if b, ok := n.(*ast.BoolNode); ok {
			v.SetBool(b.Value)
		} else {
			f.wrongType(n, "true or false")
		}
	case reflect.Float64:
		var x any
		if f.decodeNumber(n, &x); x != nil {
			v.SetFloat(x.(float64))
		}
	default:
		panic("campaign: no YAML form for " + v.Type().String())
	}
}

func (f *findings) decodeStruct(path string, n ast.Node, v reflect.Value) {
	fields := yamlFields(v.Type())
	f.eachPair(n, func(key string, at position, value ast.Node) {
		i, ok := fields.index[key]
		if !ok {
			f.unknownKey(path, key, at, fields.names)
			return
		}
		f.decode(join(path, key), value, v.Field(i))
	})
}

// unknownKey also takes the key that was meant for given, so that it is not called missing too.
func (f *findings) unknownKey(path, key string, at position, known []string) {
	if meant, ok := nearest(key, known); ok && !f.given(join(path, meant)) {
		f.at[join(path, meant)], f.unread[at] = at, true
	}
	f.addAt(at, fmt.Sprintf("unknown key %q", key), suggest(key, known))
}

// fields are the keys of a struct, in the order of the manifest's documentation.
type fields struct {
	names []string
	index map[string]int
}

func yamlFields(t reflect.Type) fields {
	known := fields{index: make(map[string]int, t.NumField())}
	for i := range t.NumField() {
		if name := t.Field(i).Tag.Get("yaml"); name != "-" {
			known.names = append(known.names, name)
			known.index[name] = i
		}
	}
	return known
}

func (f *findings) decodeMap(path string, n ast.Node, v reflect.Value) {
	made := reflect.MakeMap(v.Type())
	f.eachPair(n, func(key string, _ position, value ast.Node) {
		element := reflect.New(v.Type().Elem()).Elem()
		f.decode(join(path, key), value, element)
		made.SetMapIndex(reflect.ValueOf(key), element)
	})
	v.Set(made)
}

func (f *findings) decodeSlice(path string, n ast.Node, v reflect.Value) {
	list, ok := n.(*ast.SequenceNode)
	if !ok {
		f.wrongType(n, "a list")
		return
	}
	made := reflect.MakeSlice(v.Type(), len(list.Values), len(list.Values))
	for i, value := range list.Values {
		f.decode(index(path, i), value, made.Index(i))
	}
	v.Set(made)
}

// eachPair visits the pairs of a mapping. A key that stands twice is reported, and its second
// value is not visited.
func (f *findings) eachPair(n ast.Node, visit func(key string, at position, value ast.Node)) {
	var pairs []*ast.MappingValueNode
	switch mapping := n.(type) {
	case *ast.MappingNode:
		pairs = mapping.Values
	case *ast.MappingValueNode:
		pairs = []*ast.MappingValueNode{mapping}
	default:
		f.wrongType(n, "keys with values")
		return
	}
	first := make(map[string]position, len(pairs))
	for _, pair := range pairs {
		at := nodePosition(pair.Key)
		key, ok := keyText(pair.Key)
		if !ok {
			f.addAt(at, "a key that is not plain text", "write it as name: value")
			continue
		}
		if before, ok := first[key]; ok {
			f.addAt(at, fmt.Sprintf("key %q stands twice", key),
				"the first is on line "+strconv.Itoa(before.line)+": keep one of them")
			continue
		}
		first[key] = at
		visit(key, at, pair.Value)
	}
}

func keyText(key ast.MapKeyNode) (string, bool) {
	switch k := key.(type) {
	case *ast.StringNode:
		return k.Value, true
	case ast.ScalarNode:
		return k.GetToken().Value, true
	}
	return "", false
}

func (f *findings) wrongType(n ast.Node, want string) {
	f.addValue(nodePosition(n), "want "+want+", found "+describe(n),
		"see a sample campaign for the form")
}

func describe(n ast.Node) string {
	switch n.Type() {
	case ast.MappingType, ast.MappingValueType:
		return "keys with values"
	case ast.SequenceType:
		return "a list"
	case ast.BoolType:
		return "true or false"
	case ast.IntegerType, ast.FloatType, ast.InfinityType, ast.NanType:
		return "a number"
	case ast.NullType:
		return "nothing"
	}
	return "text"
}

// nodePosition is where a reader would point: a block mapping begins at its first key, not at the
// colon that the tree keeps.
func nodePosition(n ast.Node) position {
	switch n := n.(type) {
	case *ast.MappingNode:
		if !n.IsFlowStyle && len(n.Values) > 0 {
			return nodePosition(n.Values[0].Key)
		}
	case *ast.MappingValueNode:
		return nodePosition(n.Key)
	}
	return tokenPosition(n.GetToken())
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

func index(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }
