// An ACME server and the name server in which its challenges are answered, in one binary: the first argument says which.
package main

import (
	"fmt"
	"os"
)

func main() {
	run := map[string]func() error{"pebble": pebble, "dns": dynamicDNS}
	if len(os.Args) < 2 || run[os.Args[1]] == nil {
		fmt.Fprintf(os.Stderr, "usage: %s pebble|dns [argument...]\n", os.Args[0])
		os.Exit(2)
	}
	name := os.Args[1]
	os.Args = os.Args[1:]
	fmt.Fprintf(os.Stderr, "%s: %v\n", name, run[name]())
	os.Exit(1)
}
