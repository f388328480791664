package main

import (
	"os"
	"os/signal"

	"golang.org/x/sys/unix"
)

// namespaceInit is the first process of a node's PID namespace: it buries the orphans that end up with it (containerd's
// shims do) and otherwise waits to be killed, which ends everything else in the namespace.
func namespaceInit() int {
	children := make(chan os.Signal, 1)
	signal.Notify(children, unix.SIGCHLD)
	for range children {
		for {
			if pid, err := unix.Wait4(-1, nil, unix.WNOHANG, nil); pid <= 0 || err != nil {
				break
			}
		}
	}
	return 0
}
