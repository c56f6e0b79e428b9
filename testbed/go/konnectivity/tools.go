//go:build tools

// Package konnectivity pins the reverse proxy of Kubernetes' own, which the benchmarks compare with.
package konnectivity

import (
	_ "sigs.k8s.io/apiserver-network-proxy/cmd/agent"
	_ "sigs.k8s.io/apiserver-network-proxy/cmd/server"
)
