package main

import (
	"context"
	"fmt"
	"strings"
	"sync"

	core "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	apimeta "k8s.io/apimachinery/pkg/api/meta"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/pager"
	watchtools "k8s.io/client-go/tools/watch"
	"k8s.io/client-go/util/retry"
	"k8s.io/utils/ptr"

	"io.drover/itests/plane-clients/canonical"
)

// listInPages reads in pages while objects come and go, which a list that was begun does not show.
func listInPages(ctx context.Context, s *session) error {
	maps := s.kube.CoreV1().Secrets(s.namespace)
	create := func(name string) error {
		_, err := maps.Create(ctx, &core.Secret{ObjectMeta: meta.ObjectMeta{Name: name, Labels: map[string]string{"even": fmt.Sprint(name[len(name)-1]%2 == 0)}}}, meta.CreateOptions{})
		return err
	}
	for i := range 40 {
		if err := create(fmt.Sprintf("p-%02d", i)); err != nil {
			return err
		}
	}
	first := true
	pages := pager.New(func(ctx context.Context, options meta.ListOptions) (runtime.Object, error) {
		page, err := maps.List(ctx, options)
		if err != nil {
			return nil, err
		}
		remaining := ptr.Deref(page.RemainingItemCount, -1)
		s.say("page of %d from %s, %d remain, more: %t, whole: %t", len(page.Items), page.Items[0].Name, remaining, page.Continue != "", options.ResourceVersion == "0")
		if first {
			first = false
			if err := create("p-40"); err != nil {
				return nil, err
			}
			if err := maps.Delete(ctx, "p-39", meta.DeleteOptions{}); err != nil {
				return nil, err
			}
		}
		return page, nil
	})
	pages.PageSize = 7
	all, paged, err := pages.List(ctx, meta.ListOptions{})
	if err != nil {
		return err
	}
	var names []string
	err = apimeta.EachListItem(all, func(object runtime.Object) error {
		names = append(names, object.(*core.Secret).Name)
		return nil
	})
	if err != nil {
		return err
	}
	s.say("paged %t: %s", paged, strings.Join(names, " "))
	if _, _, err = pages.List(ctx, meta.ListOptions{LabelSelector: "even=true"}); err != nil {
		return err
	}
	if _, _, err = pages.List(ctx, meta.ListOptions{ResourceVersion: "0"}); err != nil {
		return err
	}
	names = nil
	err = pages.EachListItem(ctx, meta.ListOptions{FieldSelector: "metadata.name!=p-00"}, func(object runtime.Object) error {
		names = append(names, object.(*core.Secret).Name)
		return nil
	})
	s.say("each: %s, %s", strings.Join(names, " "), canonical.Told(err))
	_, err = maps.List(ctx, meta.ListOptions{Limit: 1, Continue: "bm9uc2Vuc2U"})
	s.say("nonsense to continue from: %s, %v", apierrors.ReasonForError(err), apierrors.IsResourceExpired(err))
	return nil
}

// resolveConflicts lets writers count in one object; each count is kept.
func resolveConflicts(ctx context.Context, s *session) error {
	if _, err := s.widgets().Create(ctx, widget("counted", map[string]any{"size": int64(0)}), meta.CreateOptions{}); err != nil {
		return err
	}
	failures := make([]error, 5)
	var running sync.WaitGroup
	for writer := range failures {
		running.Add(1)
		go func() {
			defer running.Done()
			for range 8 {
				failures[writer] = retry.OnError(retry.DefaultBackoff, apierrors.IsConflict, func() error { return s.count(ctx) })
				for apierrors.IsConflict(failures[writer]) {
					failures[writer] = s.count(ctx)
				}
			}
		}()
	}
	running.Wait()
	counted, err := s.widgets().Get(ctx, "counted", meta.GetOptions{})
	if err != nil {
		return err
	}
	s.say("counted %s %v", canonical.Of(counted.Object["spec"]), failures)
	return nil
}

func (s *session) count(ctx context.Context) error {
	object, err := s.widgets().Get(ctx, "counted", meta.GetOptions{})
	if err != nil {
		return err
	}
	spec := object.Object["spec"].(map[string]any)
	spec["size"] = spec["size"].(int64) + 1
	_, err = s.widgets().Update(ctx, object, meta.UpdateOptions{})
	return err
}

// watchUntil waits by watches that the server ends again and again, and sees each change once.
func watchUntil(ctx context.Context, s *session) error {
	object, err := s.configMap("counted", map[string]string{"n": "0"})
	if err != nil {
		return err
	}
	maps := s.kube.CoreV1().ConfigMaps(s.namespace)
	opened := make(chan struct{}, 1000)
	watcher := &cache.ListWatch{WatchFunc: func(options meta.ListOptions) (watch.Interface, error) {
		options.FieldSelector = "metadata.name=counted"
		options.TimeoutSeconds = ptr.To(int64(1))
		opened <- struct{}{}
		return maps.Watch(ctx, options)
	}}
	seen, stop := 0, false
	change := func() error {
		current, err := maps.Get(ctx, "counted", meta.GetOptions{})
		if err != nil {
			return err
		}
		current.Data["n"] = fmt.Sprint(seen + 1)
		_, err = maps.Update(ctx, current, meta.UpdateOptions{})
		return err
	}
	if err := change(); err != nil {
		return err
	}
	_, err = watchtools.Until(ctx, object.ResourceVersion, watcher, func(event watch.Event) (bool, error) {
		if event.Type == watch.Deleted {
			return true, nil
		}
		n := event.Object.(*core.ConfigMap).Data["n"]
		if event.Type != watch.Modified || n != fmt.Sprint(seen+1) {
			return false, fmt.Errorf("after %d came %s %s", seen, event.Type, n)
		}
		seen++
		if len(opened) < 3 {
			return false, change()
		}
		if stop {
			return false, fmt.Errorf("a change nobody made")
		}
		stop = true
		return false, maps.Delete(ctx, "counted", meta.DeleteOptions{})
	})
	s.say("saw each change once, over several watches, and the end: %s", canonical.Told(err))

	_, err = watchtools.Until(ctx, "1", watcher, func(event watch.Event) (bool, error) { return true, nil })
	s.say("from the first version: %s", canonical.Told(err))

	listWatch := &cache.ListWatch{
		ListFunc:  func(options meta.ListOptions) (runtime.Object, error) { return maps.List(ctx, options) },
		WatchFunc: func(options meta.ListOptions) (watch.Interface, error) { return maps.Watch(ctx, options) },
	}
	root, err := watchtools.UntilWithSync(ctx, listWatch, &core.ConfigMap{}, nil, func(event watch.Event) (bool, error) {
		return event.Object.(*core.ConfigMap).Name == "kube-root-ca.crt", nil
	})
	if err != nil {
		return err
	}
	s.say("synced with %s, which has a certificate: %t", root.Object.(*core.ConfigMap).Name,
		strings.Contains(root.Object.(*core.ConfigMap).Data["ca.crt"], "BEGIN CERTIFICATE"))
	return nil
}
