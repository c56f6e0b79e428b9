package main

import (
	"bufio"
	"context"
	"fmt"
	"math/rand"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	core "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/dynamic/dynamicinformer"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
)

const (
	writers = 4
	names   = 8
)

var configMaps = schema.GroupVersionResource{Version: "v1", Resource: "configmaps"}

// follow writes and follows what is written, whatever becomes of the server meanwhile. It says "ready" once it does, "more" for each
// line that it reads once more has been acknowledged, and at the end of its input how what informers know compares with a list.
func follow(config *rest.Config) error {
	ctx, cancel := context.WithTimeout(context.Background(), 3*patience)
	defer cancel()
	s, err := newSession(config, "follow")
	if err != nil {
		return err
	}
	if err := createNamespace(ctx, s); err != nil {
		return err
	}
	followers, err := startFollowers(ctx, s)
	if err != nil {
		return err
	}
	w := &writing{session: s, acknowledged: map[string]int64{}}
	writingContext, stop := context.WithCancel(ctx)
	defer stop()
	var running sync.WaitGroup
	for i := range writers {
		running.Add(1)
		go func() {
			defer running.Done()
			w.write(writingContext, i)
		}()
	}
	w.awaitMore(ctx)
	fmt.Println("ready")
	input := bufio.NewScanner(os.Stdin)
	for input.Scan() {
		w.awaitMore(ctx)
		fmt.Println("more")
	}
	stop()
	running.Wait()
	for _, follower := range followers {
		if err := follower.check(ctx, s, w.acknowledged); err != nil {
			return fmt.Errorf("%s: %w", follower.name, err)
		}
		fmt.Printf("%s knows what is there, and was told all in order\n", follower.name)
		fmt.Fprintf(os.Stderr, "%s listed again: %t\n", follower.name, follower.listedAgain)
	}
	fmt.Fprintln(os.Stderr, "acknowledged", w.count.Load(), "failed", w.failed.Load())
	return nil
}

// writing is what several writers did.
type writing struct {
	session      *session
	count        atomic.Int64
	failed       atomic.Int64
	lock         sync.Mutex
	acknowledged map[string]int64
}

func (w *writing) awaitMore(ctx context.Context) {
	enough := w.count.Load() + 200
	_ = wait.PollUntilContextCancel(ctx, 10*time.Millisecond, true, func(context.Context) (bool, error) {
		return w.count.Load() >= enough, nil
	})
}

// write changes config maps of its own for ever, and is put off by nothing.
func (w *writing) write(ctx context.Context, writer int) {
	maps := w.session.kube.CoreV1().ConfigMaps(w.session.namespace)
	random := rand.New(rand.NewSource(int64(writer)))
	for n := 0; ctx.Err() == nil; n++ {
		name := fmt.Sprintf("w-%d-%d", writer, random.Intn(names))
		object := &core.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: name}, Data: map[string]string{"n": fmt.Sprint(n)}}
		var err error
		// Not the context: what was begun is ended, so that it is known how.
		background := context.Background()
		switch random.Intn(5) {
		case 0:
			err = maps.Delete(background, name, metav1.DeleteOptions{})
		case 1:
			object, err = maps.Create(background, object, metav1.CreateOptions{})
		default:
			object, err = maps.Update(background, object, metav1.UpdateOptions{})
		}
		switch {
		case err == nil:
			w.count.Add(1)
			w.note(object)
		case apierrors.IsNotFound(err) || apierrors.IsAlreadyExists(err):
		default:
			w.failed.Add(1)
			select {
			case <-ctx.Done():
			case <-time.After(20 * time.Millisecond):
			}
		}
	}
}

// note keeps which version a write made; a deletion tells none.
func (w *writing) note(object *core.ConfigMap) {
	if object.ResourceVersion == "" {
		return
	}
	version, err := strconv.ParseInt(object.ResourceVersion, 10, 64)
	if err != nil {
		return
	}
	w.lock.Lock()
	defer w.lock.Unlock()
	w.acknowledged[object.Name+"@"+object.ResourceVersion] = version
}

// A follower is an informer and all that it told.
type follower struct {
	name    string
	indexer cache.Indexer
	lock    sync.Mutex
	seen    map[string]bool
	latest  map[string]int64
	wrong   error
	// Then it need not have seen every change on the way.
	listedAgain bool
}

func startFollowers(ctx context.Context, s *session) ([]*follower, error) {
	typed := informers.NewSharedInformerFactoryWithOptions(s.kube, 0, informers.WithNamespace(s.namespace))
	untyped := dynamicinformer.NewFilteredDynamicSharedInformerFactory(s.dynamic, 0, s.namespace, nil)
	var followers []*follower
	for name, informer := range map[string]cache.SharedIndexInformer{
		"typed":   typed.Core().V1().ConfigMaps().Informer(),
		"dynamic": untyped.ForResource(configMaps).Informer(),
	} {
		f := &follower{name: name, indexer: informer.GetIndexer(), seen: map[string]bool{}, latest: map[string]int64{}}
		if _, err := informer.AddEventHandler(f); err != nil {
			return nil, err
		}
		followers = append(followers, f)
	}
	typed.Start(ctx.Done())
	untyped.Start(ctx.Done())
	typed.WaitForCacheSync(ctx.Done())
	untyped.WaitForCacheSync(ctx.Done())
	return followers, nil
}

func (f *follower) OnAdd(object any, _ bool) { f.note(object, true) }

func (f *follower) OnUpdate(before, after any) {
	was, _ := meta.Accessor(before)
	is, _ := meta.Accessor(after)
	if was.GetResourceVersion() != is.GetResourceVersion() {
		f.note(after, true)
		return
	}
	f.lock.Lock()
	defer f.lock.Unlock()
	f.listedAgain = true
}

func (f *follower) OnDelete(object any) {
	if _, is := object.(cache.DeletedFinalStateUnknown); is {
		f.lock.Lock()
		defer f.lock.Unlock()
		f.listedAgain = true
		return
	}
	f.note(object, false)
}

func (f *follower) note(object any, exists bool) {
	accessor, err := meta.Accessor(object)
	if err != nil {
		panic(err)
	}
	version, err := strconv.ParseInt(accessor.GetResourceVersion(), 10, 64)
	if err != nil {
		panic(err)
	}
	f.lock.Lock()
	defer f.lock.Unlock()
	name := accessor.GetName()
	if version <= f.latest[name] && f.wrong == nil {
		f.wrong = fmt.Errorf("%s came in version %d after %d", name, version, f.latest[name])
	}
	f.latest[name] = version
	if exists {
		f.seen[name+"@"+accessor.GetResourceVersion()] = true
	}
}

func (f *follower) check(ctx context.Context, s *session, acknowledged map[string]int64) error {
	all, err := s.kube.CoreV1().ConfigMaps(s.namespace).List(ctx, metav1.ListOptions{})
	if err != nil {
		return err
	}
	there := map[string]string{}
	for _, object := range all.Items {
		there[object.Name] = object.ResourceVersion
	}
	var known map[string]string
	err = wait.PollUntilContextTimeout(ctx, 50*time.Millisecond, 30*time.Second, true, func(context.Context) (bool, error) {
		known = map[string]string{}
		for _, object := range f.indexer.List() {
			accessor, err := meta.Accessor(object)
			if err != nil {
				return false, err
			}
			known[accessor.GetName()] = accessor.GetResourceVersion()
		}
		return fmt.Sprint(known) == fmt.Sprint(there), nil
	})
	if err != nil {
		return fmt.Errorf("there is %v, known is %v", there, known)
	}
	f.lock.Lock()
	defer f.lock.Unlock()
	if f.wrong != nil {
		return f.wrong
	}
	for write := range acknowledged {
		if !f.seen[write] && !f.listedAgain {
			return fmt.Errorf("%s was acknowledged and not seen", write)
		}
	}
	return nil
}
