package main

import (
	"context"
	"fmt"
	"net/http"
	"sort"
	"strings"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/dynamic/dynamicinformer"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/metadata/metadatainformer"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
)

const selected = "clients=informed"

// inform runs informers of all sorts while objects come, change, leave the selection, return and go.
func inform(ctx context.Context, s *session) error {
	followed := []schema.GroupVersionResource{
		{Version: "v1", Resource: "configmaps"}, {Version: "v1", Resource: "secrets"}, {Version: "v1", Resource: "serviceaccounts"},
		{Group: "coordination.k8s.io", Version: "v1", Resource: "leases"},
		{Group: "rbac.authorization.k8s.io", Version: "v1", Resource: "roles"},
		widgets,
	}
	for _, resource := range followed {
		for _, name := range []string{"a", "b"} {
			if err := s.create(ctx, resource, name); err != nil {
				return err
			}
		}
	}

	asked := &requests{}
	config := rest.CopyConfig(s.config)
	config.Wrap(asked.note)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	histories, err := s.informAll(ctx, config, followed)
	if err != nil {
		return err
	}
	for _, resource := range followed {
		if err := s.live(ctx, resource); err != nil {
			return err
		}
	}
	for _, history := range histories {
		if err := history.awaitEnd(ctx); err != nil {
			return err
		}
		for _, line := range history.lines() {
			s.say("%s", line)
		}
	}
	for _, line := range asked.lines() {
		s.say("asked %s", line)
	}
	return nil
}

// informAll starts typed, dynamic and metadata informers and returns when they are in step.
func (s *session) informAll(ctx context.Context, config *rest.Config, followed []schema.GroupVersionResource) ([]*history, error) {
	tweak := func(options *metav1.ListOptions) { options.LabelSelector = selected }
	kube, err := kubernetes.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	other, err := newSession(config, s.namespace)
	if err != nil {
		return nil, err
	}
	partial, err := metadata.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	typed := informers.NewSharedInformerFactoryWithOptions(kube, 0, informers.WithNamespace(s.namespace), informers.WithTweakListOptions(tweak))
	untyped := dynamicinformer.NewFilteredDynamicSharedInformerFactory(other.dynamic, 0, s.namespace, tweak)
	lean := metadatainformer.NewFilteredSharedInformerFactory(partial, 0, s.namespace, tweak)

	var histories []*history
	var synced []cache.InformerSynced
	follow := func(kind string, resource schema.GroupVersionResource, informer cache.SharedIndexInformer) error {
		history := &history{name: kind + " " + resource.Resource, events: map[string][]string{}}
		registration, err := informer.AddEventHandler(history)
		histories = append(histories, history)
		synced = append(synced, registration.HasSynced)
		return err
	}
	for _, resource := range followed {
		if resource != widgets {
			informer, err := typed.ForResource(resource)
			if err != nil {
				return nil, err
			}
			if err := follow("typed", resource, informer.Informer()); err != nil {
				return nil, err
			}
		}
	}
	for _, resource := range []schema.GroupVersionResource{widgets, {Version: "v1", Resource: "secrets"}} {
		if err := follow("dynamic", resource, untyped.ForResource(resource).Informer()); err != nil {
			return nil, err
		}
		if err := follow("metadata", resource, lean.ForResource(resource).Informer()); err != nil {
			return nil, err
		}
	}
	typed.Start(ctx.Done())
	untyped.Start(ctx.Done())
	lean.Start(ctx.Done())
	if !cache.WaitForCacheSync(ctx.Done(), synced...) {
		return nil, fmt.Errorf("informers did not come in step")
	}
	return histories, nil
}

func (s *session) create(ctx context.Context, resource schema.GroupVersionResource, name string) error {
	kinds := map[string]string{"configmaps": "ConfigMap", "secrets": "Secret", "serviceaccounts": "ServiceAccount", "leases": "Lease", "roles": "Role", "widgets": "Widget"}
	object := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": resource.GroupVersion().String(), "kind": kinds[resource.Resource],
		"metadata": map[string]any{"name": name, "labels": map[string]any{"clients": "informed"}, "annotations": map[string]any{"n": "1"}},
	}}
	_, err := s.dynamic.Resource(resource).Namespace(s.namespace).Create(ctx, object, metav1.CreateOptions{})
	return err
}

// live lets objects change in all ways that an informer can see.
func (s *session) live(ctx context.Context, resource schema.GroupVersionResource) error {
	client := s.dynamic.Resource(resource).Namespace(s.namespace)
	patch := func(name, what string) error {
		_, err := client.Patch(ctx, name, types.MergePatchType, []byte(`{"metadata":`+what+`}`), metav1.PatchOptions{})
		return err
	}
	steps := []func() error{
		func() error { return s.create(ctx, resource, "c") },
		func() error { return patch("c", `{"annotations":{"n":"2"}}`) },
		func() error { return patch("c", `{"annotations":{"n":"3"}}`) },
		func() error { return patch("a", `{"labels":{"clients":null}}`) },
		func() error { return patch("a", `{"annotations":{"n":"2"}}`) },
		func() error { return patch("a", `{"labels":{"clients":"informed"}}`) },
		func() error { return client.Delete(ctx, "b", metav1.DeleteOptions{}) },
		func() error { return s.create(ctx, resource, "b") },
		func() error { return patch("b", `{"finalizers":["example.com/hold"]}`) },
		func() error { return client.Delete(ctx, "b", metav1.DeleteOptions{}) },
		func() error { return patch("b", `{"finalizers":null}`) },
		func() error { return s.create(ctx, resource, last) },
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

const last = "last"

// A history is what an informer told of each object.
type history struct {
	name   string
	lock   sync.Mutex
	events map[string][]string
}

func (h *history) OnAdd(object any, initial bool) {
	h.note("added", object, map[bool]string{true: " at first"}[initial])
}

func (h *history) OnUpdate(before, after any) {
	was, _ := meta.Accessor(before)
	h.note("updated", after, " after n="+was.GetAnnotations()["n"])
}

func (h *history) OnDelete(object any) {
	if unknown, is := object.(cache.DeletedFinalStateUnknown); is {
		h.note("missed", unknown.Obj, "")
		return
	}
	h.note("deleted", object, "")
}

func (h *history) note(what string, object any, more string) {
	accessor, err := meta.Accessor(object)
	if err != nil {
		panic(err)
	}
	deleting := map[bool]string{true: " deleting"}[accessor.GetDeletionTimestamp() != nil]
	h.lock.Lock()
	defer h.lock.Unlock()
	h.events[accessor.GetName()] = append(h.events[accessor.GetName()], what+" n="+accessor.GetAnnotations()["n"]+more+deleting)
}

func (h *history) awaitEnd(ctx context.Context) error {
	err := wait.PollUntilContextCancel(ctx, 20*time.Millisecond, true, func(context.Context) (bool, error) {
		h.lock.Lock()
		defer h.lock.Unlock()
		return len(h.events[last]) > 0, nil
	})
	if err != nil {
		return fmt.Errorf("%s did not see the last object, but %s", h.name, h.lines())
	}
	return nil
}

func (h *history) lines() []string {
	h.lock.Lock()
	defer h.lock.Unlock()
	var lines []string
	for name, events := range h.events {
		lines = append(lines, h.name+" "+name+": "+strings.Join(events, ", "))
	}
	sort.Strings(lines)
	return lines
}

// requests notes what was asked, once each.
type requests struct {
	seen sync.Map
}

func (r *requests) note(next http.RoundTripper) http.RoundTripper {
	return noting{r, next}
}

type noting struct {
	requests *requests
	next     http.RoundTripper
}

func (n noting) RoundTrip(request *http.Request) (*http.Response, error) {
	query := request.URL.Query()
	for _, varying := range []string{"resourceVersion", "timeout", "timeoutSeconds"} {
		if query.Get(varying) != "" && query.Get(varying) != "0" {
			query.Set(varying, "some")
		}
	}
	path := request.URL.Path[strings.Index(request.URL.Path, "/api"):]
	n.requests.seen.Store(request.Method+" "+path+"?"+query.Encode(), true)
	return n.next.RoundTrip(request)
}

func (r *requests) lines() []string {
	var lines []string
	r.seen.Range(func(line, _ any) bool {
		lines = append(lines, line.(string))
		return true
	})
	sort.Strings(lines)
	return lines
}
