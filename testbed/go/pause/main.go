// Command pause keeps a pod's namespaces: it reaps orphans, and ends when told to.
package main

import (
	"os"
	"os/signal"
	"syscall"
)

func main() {
	signals := make(chan os.Signal, 16)
	signal.Notify(signals, syscall.SIGCHLD, syscall.SIGINT, syscall.SIGTERM)
	for received := range signals {
		if received != syscall.SIGCHLD {
			return
		}
		for {
			if reaped, _ := syscall.Wait4(-1, nil, syscall.WNOHANG, nil); reaped <= 0 {
				break
			}
		}
	}
}
