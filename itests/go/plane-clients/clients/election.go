package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"time"

	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/leaderelection"
	"k8s.io/client-go/tools/leaderelection/resourcelock"

	"io.drover/itests/plane-clients/canonical"
)

const office = "office"

// elect has two processes stand for the same office, and kills the one that has it.
func elect(ctx context.Context, s *session) error {
	first, err := startCandidate(ctx, "first")
	if err != nil {
		return err
	}
	defer first.kill()
	if err := first.awaitOffice(); err != nil {
		return err
	}
	second, err := startCandidate(ctx, "second")
	if err != nil {
		return err
	}
	defer second.kill()
	s.sayHolder(ctx)
	first.kill()
	if err := second.awaitOffice(); err != nil {
		return err
	}
	s.sayHolder(ctx)
	if err := s.awaitRenewal(ctx); err != nil {
		return err
	}
	if err := second.process.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	if err := second.process.Wait(); err != nil {
		return err
	}
	s.sayHolder(ctx)
	return nil
}

func (s *session) sayHolder(ctx context.Context) {
	lease, err := s.kube.CoordinationV1().Leases(s.namespace).Get(ctx, office, meta.GetOptions{})
	if err != nil {
		s.say("no lease: %s", canonical.Told(err))
		return
	}
	s.say("lease %s", canonical.Of(lease.Spec))
}

// awaitRenewal returns right after one, so that nothing is under way.
func (s *session) awaitRenewal(ctx context.Context) error {
	var known string
	return wait.PollUntilContextCancel(ctx, 10*time.Millisecond, true, func(ctx context.Context) (bool, error) {
		lease, err := s.kube.CoordinationV1().Leases(s.namespace).Get(ctx, office, meta.GetOptions{})
		if err != nil {
			return false, err
		}
		before := known
		known = lease.Spec.RenewTime.String()
		return before != "" && before != known, nil
	})
}

type running struct {
	process *exec.Cmd
	output  *bufio.Scanner
}

func startCandidate(ctx context.Context, name string) (*running, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	process := exec.CommandContext(ctx, program, "-kubeconfig", ctx.Value(kubeconfigKey{}).(string), "candidate", name)
	process.Stderr = os.Stderr
	output, err := process.StdoutPipe()
	if err != nil {
		return nil, err
	}
	return &running{process, bufio.NewScanner(output)}, process.Start()
}

func (r *running) awaitOffice() error {
	for r.output.Scan() {
		if strings.HasPrefix(r.output.Text(), "leads") {
			return nil
		}
	}
	return fmt.Errorf("a candidate ended without having led: %v", r.output.Err())
}

func (r *running) kill() {
	if r.process.ProcessState == nil {
		_ = r.process.Process.Kill()
		_ = r.process.Wait()
	}
}

// stand runs until SIGTERM, and then gives the office back.
func stand(config *rest.Config, name string) error {
	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer cancel()
	kube, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	leaderelection.RunOrDie(ctx, leaderelection.LeaderElectionConfig{
		Lock: &resourcelock.LeaseLock{
			LeaseMeta:  meta.ObjectMeta{Namespace: "election", Name: office},
			Client:     kube.CoordinationV1(),
			LockConfig: resourcelock.ResourceLockConfig{Identity: name},
		},
		LeaseDuration:   4 * time.Second,
		RenewDeadline:   3 * time.Second,
		RetryPeriod:     300 * time.Millisecond,
		ReleaseOnCancel: true,
		Callbacks: leaderelection.LeaderCallbacks{
			OnStartedLeading: func(context.Context) { fmt.Println("leads", name) },
			OnStoppedLeading: func() {},
		},
	})
	return nil
}
