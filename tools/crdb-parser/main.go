// Command crdb-parser tells which SQL statements CockroachDB's own parser rejects.
//
// It reads one JSON string per line, prints one JSON object per rejected statement and a last line
// with the counts, and exits with 1 when anything was rejected.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/cockroachdb/cockroachdb-parser/pkg/sql/parser"
)

type rejection struct {
	SQL   string `json:"sql"`
	Error string `json:"error"`
}

type counts struct {
	Statements int `json:"statements"`
	Rejected   int `json:"rejected"`
}

// check parses every statement of input and writes the rejected ones to output.
func check(input io.Reader, output io.Writer) (counts, error) {
	var total counts
	encoder := json.NewEncoder(output)
	encoder.SetEscapeHTML(false)
	decoder := json.NewDecoder(bufio.NewReader(input))
	for {
		var statement string
		if err := decoder.Decode(&statement); err == io.EOF {
			return total, encoder.Encode(total)
		} else if err != nil {
			return total, err
		}
		total.Statements++
		if _, err := parser.Parse(statement); err != nil {
			total.Rejected++
			if err := encoder.Encode(rejection{statement, err.Error()}); err != nil {
				return total, err
			}
		}
	}
}

func main() {
	total, err := check(os.Stdin, os.Stdout)
	if err != nil {
		fmt.Fprintln(os.Stderr, "crdb-parser:", err)
		os.Exit(2)
	}
	if total.Rejected > 0 {
		os.Exit(1)
	}
}
