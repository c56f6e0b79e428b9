package main

import (
	"context"
	"sort"
	"time"

	core "k8s.io/api/core/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/kubernetes/scheme"
	typed "k8s.io/client-go/kubernetes/typed/core/v1"
	"k8s.io/client-go/tools/events"
	"k8s.io/client-go/tools/record"

	"io.drover/itests/plane-clients/canonical"
)

// recordEvents tells of the same thing again and again, by the recorders of both groups, which count rather than repeat.
func recordEvents(ctx context.Context, s *session) error {
	about, err := s.configMap("talked-about", nil)
	if err != nil {
		return err
	}
	broadcaster := record.NewBroadcaster()
	defer broadcaster.Shutdown()
	broadcaster.StartRecordingToSink(&typed.EventSinkImpl{Interface: s.kube.CoreV1().Events(s.namespace)})
	recorder := broadcaster.NewRecorder(scheme.Scheme, core.EventSource{Component: "clients"})
	for range 3 {
		recorder.Eventf(about, core.EventTypeNormal, "Repeated", "said %s", "again")
	}
	recorder.AnnotatedEventf(about, map[string]string{"a": "b"}, core.EventTypeWarning, "Once", "said once")

	later := events.NewBroadcaster(&events.EventSinkImpl{Interface: s.kube.EventsV1()})
	defer later.Shutdown()
	later.StartRecordingToSink(ctx.Done())
	newer := later.NewRecorder(scheme.Scheme, "example.com/clients")
	for range 3 {
		newer.Eventf(about, nil, core.EventTypeNormal, "Repeated", "Say", "said %s", "again")
	}

	var found []core.Event
	err = wait.PollUntilContextCancel(ctx, 50*time.Millisecond, true, func(ctx context.Context) (bool, error) {
		all, err := s.kube.CoreV1().Events(s.namespace).List(ctx, meta.ListOptions{FieldSelector: "involvedObject.name=talked-about"})
		if err != nil {
			return false, err
		}
		found = all.Items
		return len(found) == 3 && counted(found), nil
	})
	if err != nil {
		s.say("events: %s", canonical.Of(found))
		return err
	}
	sort.Slice(found, func(i, j int) bool { return found[i].Reason+found[i].Action < found[j].Reason+found[j].Action })
	for _, event := range found {
		event.ReportingInstance = ""
		if event.Series != nil {
			event.Series.Count = 0 // the recorder counts on while it writes
		}
		s.say("event %s", canonical.Unmanaged(event))
	}
	for _, selector := range []string{"reason=Repeated,regarding.kind=ConfigMap", "reason=Repeated,reportingController=example.com/clients", "involvedObject.kind=ConfigMap", "type=Warning"} {
		newest, err := s.kube.EventsV1().Events(s.namespace).List(ctx, meta.ListOptions{FieldSelector: selector})
		if err != nil {
			s.refused(selector, err)
			continue
		}
		for _, event := range newest.Items {
			event.ReportingInstance = ""
			if event.Series != nil {
				event.Series.Count = 0
			}
			s.say("by %s: %s", selector, canonical.Unmanaged(event))
		}
	}
	return nil
}

func counted(found []core.Event) bool {
	for _, event := range found {
		if event.Reason == "Repeated" && event.Count != 3 && event.Series == nil {
			return false
		}
	}
	return true
}
