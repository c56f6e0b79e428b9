package main

import (
	"context"
	"maps"
	"slices"
	"sync"

	core "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"

	"io.drover/itests/plane-clients/canonical"
)

// refuse does what is refused, and shows what client-go makes of it.
func refuse(ctx context.Context, s *session) error {
	configs := s.kube.CoreV1().ConfigMaps(s.namespace)
	if _, err := s.configMap("there", nil); err != nil {
		return err
	}
	_, err := s.configMap("there", nil)
	s.refused("twice", err)
	_, err = configs.Get(ctx, "nothing", meta.GetOptions{})
	s.refused("nothing", err)
	_, err = s.configMap("Not_A_Name", nil)
	s.refused("no name", err)
	_, err = s.configMap("", nil)
	s.refused("without a name", err)
	_, err = s.configMap("bad-key", map[string]string{"a/b": ""})
	s.refused("bad key", err)
	_, err = s.kube.CoreV1().ConfigMaps("no-such-namespace").Create(ctx, &core.ConfigMap{ObjectMeta: meta.ObjectMeta{Name: "x"}}, meta.CreateOptions{})
	s.refused("no namespace", err)
	_, err = configs.List(ctx, meta.ListOptions{FieldSelector: "spec.nothing=x"})
	s.refused("no field", err)
	_, err = configs.Watch(ctx, meta.ListOptions{ResourceVersionMatch: meta.ResourceVersionMatchExact})
	s.refused("watch of one version", err)
	_, err = s.dynamic.Resource(schema.GroupVersionResource{Group: widgets.Group, Version: "v1", Resource: "nothings"}).List(ctx, meta.ListOptions{})
	s.refused("no resource", err)

	wrong := map[string]map[string]any{
		"too-large": {"size": int64(100)}, "odd-colour": {"colour": "green"}, "rule": {"size": int64(2), "replicas": int64(3)},
		"no-name": {"parts": []any{map[string]any{"count": int64(1)}}}, "doubled": {"tags": []any{"a", "a"}},
	}
	for _, name := range slices.Sorted(maps.Keys(wrong)) {
		_, err = s.widgets().Create(ctx, widget(name, wrong[name]), meta.CreateOptions{})
		s.refused(name, err)
	}
	unknown := widget("unknown", map[string]any{"size": int64(4), "shape": "round"})
	_, err = s.widgets().Create(ctx, unknown, meta.CreateOptions{FieldValidation: meta.FieldValidationStrict})
	s.refused("unknown", err)
	warned, err := s.warnedOf(func(client dynamic.Interface) error {
		_, err := client.Resource(widgets).Namespace(s.namespace).Create(ctx, unknown, meta.CreateOptions{FieldValidation: meta.FieldValidationWarn})
		return err
	})
	if err != nil {
		return err
	}
	s.say("warned of %s", list(warned))
	created, err := s.widgets().Get(ctx, "unknown", meta.GetOptions{})
	if err != nil {
		return err
	}
	s.say("pruned and defaulted: %s", canonical.Unmanaged(created.Object))
	dry, err := s.widgets().Create(ctx, widget("dry", map[string]any{}), meta.CreateOptions{DryRun: []string{meta.DryRunAll}})
	if err != nil {
		return err
	}
	s.say("dry: %s", canonical.Unmanaged(dry.Object))
	_, err = s.widgets().Get(ctx, "dry", meta.GetOptions{})
	s.refused("dry", err)
	created.SetResourceVersion("1")
	_, err = s.widgets().Update(ctx, created, meta.UpdateOptions{})
	s.refused("stale", err)
	return nil
}

func (s *session) refused(what string, err error) {
	status, _ := err.(apierrors.APIStatus)
	if status == nil {
		s.say("%s: not refused by the server: %s", what, canonical.Told(err))
		return
	}
	answer := status.Status()
	s.say("%s: %d %s %s %s", what, answer.Code, answer.Reason, canonical.Masked(answer.Message), canonical.Of(answer.Details))
}

// warnedOf tells what the server warned of.
func (s *session) warnedOf(do func(dynamic.Interface) error) ([]string, error) {
	heard := &warnings{}
	config := rest.CopyConfig(s.config)
	config.WarningHandler = heard
	client, err := dynamic.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	err = do(client)
	return heard.texts, err
}

type warnings struct {
	lock  sync.Mutex
	texts []string
}

func (w *warnings) HandleWarningHeader(_ int, _ string, text string) {
	w.lock.Lock()
	defer w.lock.Unlock()
	w.texts = append(w.texts, text)
}
