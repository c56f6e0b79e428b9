// Command clients uses a Kubernetes API as programs built on client-go do, and prints what they see, without what is another each
// time: two servers that behave alike are told by the same lines.
//
//	clients -kubeconfig FILE see SCENARIO...   does what is asked for, in that order
//	clients -kubeconfig FILE candidate NAME    see election.go
//	clients -kubeconfig FILE follow            see follow.go
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"sync"
	"time"

	apiextensions "k8s.io/apiextensions-apiserver/pkg/client/clientset/clientset"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/klog/v2"
)

const patience = 90 * time.Second

var scenarios = map[string]func(context.Context, *session) error{
	"discovery":  discover,
	"kinds":      writeAllKinds,
	"errors":     refuse,
	"apply":      applyAndExtract,
	"informers":  inform,
	"listing":    inform,
	"controller": control,
	"election":   elect,
	"lists":      listInPages,
	"conflicts":  resolveConflicts,
	"until":      watchUntil,
	"events":     recordEvents,
	"scale":      scaleWidgets,
	"accounts":   actAsOthers,
}

// A session is what a scenario works with: clients, a namespace of its own, and what it has to say.
type session struct {
	config     *rest.Config
	kube       kubernetes.Interface
	dynamic    dynamic.Interface
	extensions apiextensions.Interface
	namespace  string
	said       bytes.Buffer
}

func (s *session) say(format string, arguments ...any) {
	fmt.Fprintf(&s.said, s.namespace+": "+format+"\n", arguments...)
}

func newSession(config *rest.Config, namespace string) (*session, error) {
	kube, err := kubernetes.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	dynamic, err := dynamic.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	extensions, err := apiextensions.NewForConfig(config)
	return &session{config: config, kube: kube, dynamic: dynamic, extensions: extensions, namespace: namespace}, err
}

func main() {
	klog.InitFlags(nil)
	kubeconfig := flag.String("kubeconfig", "", "file that says where the API is")
	flag.Parse()
	config, err := clientcmd.BuildConfigFromFlags("", *kubeconfig)
	if err == nil {
		config.QPS = -1
		err = run(config, *kubeconfig, flag.Args())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(config *rest.Config, kubeconfig string, words []string) error {
	if len(words) == 0 {
		return fmt.Errorf("nothing to do")
	}
	switch words[0] {
	case "candidate":
		return stand(config, words[1])
	case "follow":
		return follow(config)
	default:
		return see(config, kubeconfig, words[1:])
	}
}

// see runs the scenarios side by side and prints what they said in the order of their names here.
func see(config *rest.Config, kubeconfig string, names []string) error {
	ctx, cancel := context.WithTimeout(context.WithValue(context.Background(), kubeconfigKey{}, kubeconfig), patience)
	defer cancel()
	setup, err := newSession(config, "setup")
	if err != nil {
		return err
	}
	if err := defineWidgets(ctx, setup); err != nil {
		return fmt.Errorf("defining widgets: %w", err)
	}
	sessions := make([]*session, len(names))
	failures := make([]error, len(names))
	var running sync.WaitGroup
	for i, name := range names {
		if sessions[i], err = newSession(rest.CopyConfig(config), name); err != nil {
			return err
		}
		running.Add(1)
		go func() {
			defer running.Done()
			failures[i] = createNamespace(ctx, sessions[i])
			if failures[i] == nil {
				failures[i] = scenarios[name](ctx, sessions[i])
			}
		}()
	}
	running.Wait()
	var failed error
	for i, session := range sessions {
		os.Stdout.Write(session.said.Bytes())
		if failures[i] != nil {
			failed = fmt.Errorf("%s: %w", names[i], failures[i])
			fmt.Fprintln(os.Stderr, failed)
		}
	}
	return failed
}

type kubeconfigKey struct{}
