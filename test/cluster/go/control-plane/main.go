// The programs of a Kubernetes control plane and of a node, with cert-manager and kubectl beside them, in one
// binary: the first argument names the program, the rest are that program's own arguments. One link instead of ten.
package main

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
)

// program runs with os.Args already shifted, so that os.Args[0] is its own name, and returns the exit status.
type program func() int

var programs = map[string]program{
	"etcd":                    etcd,
	"kube-apiserver":          kubeAPIServer,
	"kube-controller-manager": kubeControllerManager,
	"kube-scheduler":          kubeScheduler,
	"kubelet":                 kubelet,
	"kubectl":                 kubectl,
	"kube-proxy":              kubeProxy,
	"cert-manager":            certManager,
	"cert-manager-webhook":    certManagerWebhook,
}

func main() {
	if len(os.Args) > 1 {
		if run, ok := programs[os.Args[1]]; ok {
			os.Args = os.Args[1:]
			os.Exit(run())
		}
	}
	names := slices.Sorted(maps.Keys(programs))
	fmt.Fprintf(os.Stderr, "usage: %s <program> [argument...], where program is one of: %s\n", os.Args[0], strings.Join(names, ", "))
	os.Exit(2)
}

// report prints what ended a program, if anything did, and gives its exit status.
func report(err error) int {
	if err == nil {
		return 0
	}
	fmt.Fprintf(os.Stderr, "%s: %v\n", os.Args[0], err)
	return 1
}
