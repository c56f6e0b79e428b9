package main

import (
	"context"
	"fmt"
	"sort"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/dynamic/dynamicinformer"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/util/workqueue"

	"io.drover/itests/plane-clients/canonical"
)

const (
	finalizer  = "clients.example.com/controller"
	controlled = 15
)

// A controller is one as they are written with client-go: an informer, a queue, workers. It shows each widget's size in its status.
type controller struct {
	session *session
	indexer cache.Indexer
	queue   workqueue.TypedRateLimitingInterface[string]
}

func control(ctx context.Context, s *session) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	factory := dynamicinformer.NewFilteredDynamicSharedInformerFactory(s.dynamic, time.Minute, s.namespace, nil)
	informer := factory.ForResource(widgets).Informer()
	c := &controller{s, informer.GetIndexer(), workqueue.NewTypedRateLimitingQueue(workqueue.DefaultTypedControllerRateLimiter[string]())}
	enqueue := func(object any) {
		if key, err := cache.DeletionHandlingMetaNamespaceKeyFunc(object); err == nil {
			c.queue.Add(key)
		}
	}
	if _, err := informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc: enqueue, UpdateFunc: func(_, after any) { enqueue(after) }, DeleteFunc: enqueue,
	}); err != nil {
		return err
	}
	factory.Start(ctx.Done())
	if !cache.WaitForCacheSync(ctx.Done(), informer.HasSynced) {
		return fmt.Errorf("the informer did not come in step")
	}
	for range 3 {
		go c.work(ctx)
	}
	defer c.queue.ShutDown()

	for i := range controlled {
		if _, err := s.widgets().Create(ctx, widget(fmt.Sprintf("w-%02d", i), map[string]any{"size": int64(i)}), meta.CreateOptions{}); err != nil {
			return err
		}
	}
	if err := s.awaitWidgets(ctx, func(all []unstructured.Unstructured) bool { return len(all) == controlled && allObserved(all) }); err != nil {
		return err
	}
	all, err := s.widgets().List(ctx, meta.ListOptions{})
	if err != nil {
		return err
	}
	sort.Slice(all.Items, func(i, j int) bool { return all.Items[i].GetName() < all.Items[j].GetName() })
	for _, item := range all.Items {
		s.say("%s generation %d %s %s", item.GetName(), item.GetGeneration(), list(item.GetFinalizers()), canonical.Of(item.Object["status"]))
	}
	if err := s.widgets().DeleteCollection(ctx, meta.DeleteOptions{}, meta.ListOptions{}); err != nil {
		return err
	}
	if err := s.awaitWidgets(ctx, func(all []unstructured.Unstructured) bool { return len(all) == 0 }); err != nil {
		return err
	}
	s.say("all gone")
	return nil
}

func allObserved(all []unstructured.Unstructured) bool {
	for _, item := range all {
		size, _, _ := unstructured.NestedInt64(item.Object, "spec", "size")
		observed, has, _ := unstructured.NestedInt64(item.Object, "status", "observed")
		if !has || observed != size {
			return false
		}
	}
	return true
}

func (s *session) awaitWidgets(ctx context.Context, enough func([]unstructured.Unstructured) bool) error {
	return wait.PollUntilContextCancel(ctx, 50*time.Millisecond, true, func(ctx context.Context) (bool, error) {
		all, err := s.widgets().List(ctx, meta.ListOptions{})
		return err == nil && enough(all.Items), err
	})
}

func (c *controller) work(ctx context.Context) {
	for {
		key, ended := c.queue.Get()
		if ended {
			return
		}
		if err := c.reconcile(ctx, key); err != nil {
			c.queue.AddRateLimited(key)
		} else {
			c.queue.Forget(key)
		}
		c.queue.Done(key)
	}
}

func (c *controller) reconcile(ctx context.Context, key string) error {
	cached, exists, err := c.indexer.GetByKey(key)
	if err != nil || !exists {
		return err
	}
	object := cached.(*unstructured.Unstructured).DeepCopy()
	client := c.session.widgets()
	if object.GetDeletionTimestamp() != nil {
		if len(object.GetFinalizers()) == 0 {
			return nil
		}
		object.SetFinalizers(nil)
		_, err := client.Update(ctx, object, meta.UpdateOptions{})
		if apierrors.IsNotFound(err) {
			return nil
		}
		return err
	}
	if len(object.GetFinalizers()) == 0 {
		object.SetFinalizers([]string{finalizer})
		_, err := client.Update(ctx, object, meta.UpdateOptions{})
		return err
	}
	size, _, err := unstructured.NestedInt64(object.Object, "spec", "size")
	if err != nil {
		return err
	}
	if observed, has, _ := unstructured.NestedInt64(object.Object, "status", "observed"); has && observed == size {
		return nil
	}
	if err := unstructured.SetNestedField(object.Object, size, "status", "observed"); err != nil {
		return err
	}
	_, err = client.UpdateStatus(ctx, object, meta.UpdateOptions{})
	return err
}
