package steps

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Stdout is the name under which a yield means what the command prints.
const Stdout = "stdout"

// Yield is where the value of a yielded input comes from.
type Yield struct {
	// File is Stdout, or the name of a file that the command writes. A file in
	// its evidence folder is named as it lies there.
	File string
	// Path leads to one value in the JSON that File holds: names of members,
	// and numbers for the items of a list, from 0. It is empty where File is
	// not read as JSON.
	Path []string
}

// ParseYield reads a source as a runbook writes it: "stdout", "affected.nul",
// "inspection.json#keyless.issuer", "stdout#tools.0.path".
func ParseYield(text string) (Yield, error) {
	file, path, isJSON := strings.Cut(text, "#")
	switch {
	case file == "":
		return Yield{}, errors.New("it comes from stdout, or from a file that the command writes")
	case !isJSON:
		return Yield{File: file}, nil
	case strings.HasPrefix(file, "/") || slices.Contains(strings.Split(file, "/"), ".."):
		return Yield{}, fmt.Errorf("%q is no file of the evidence folder: name it as it lies there", file)
	}
	names := strings.Split(path, ".")
	if slices.Contains(names, "") {
		return Yield{}, fmt.Errorf("%q leads to no value: a path is of names and numbers with dots between them, as in inspection.json#keyless.issuer", "#"+path)
	}
	return Yield{File: file, Path: names}, nil
}

// String is the source as a runbook writes it.
func (s Yield) String() string {
	if len(s.Path) == 0 {
		return s.File
	}
	return s.File + "#" + strings.Join(s.Path, ".")
}
