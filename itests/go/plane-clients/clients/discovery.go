package main

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"sort"
	"strings"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/version"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/restmapper"

	"io.drover/itests/plane-clients/canonical"
)

// The resources that both servers have.
var resources = []schema.GroupVersionResource{
	{Version: "v1", Resource: "configmaps"}, {Version: "v1", Resource: "secrets"},
	{Version: "v1", Resource: "serviceaccounts"}, {Version: "v1", Resource: "serviceaccounts/token"},
	{Version: "v1", Resource: "namespaces"}, {Version: "v1", Resource: "namespaces/status"},
	{Version: "v1", Resource: "namespaces/finalize"}, {Version: "v1", Resource: "events"},
	{Version: "v1", Resource: "resourcequotas"}, {Version: "v1", Resource: "resourcequotas/status"},
	{Group: "events.k8s.io", Version: "v1", Resource: "events"},
	{Group: "coordination.k8s.io", Version: "v1", Resource: "leases"},
	{Group: "rbac.authorization.k8s.io", Version: "v1", Resource: "roles"},
	{Group: "rbac.authorization.k8s.io", Version: "v1", Resource: "rolebindings"},
	{Group: "rbac.authorization.k8s.io", Version: "v1", Resource: "clusterroles"},
	{Group: "rbac.authorization.k8s.io", Version: "v1", Resource: "clusterrolebindings"},
	{Group: "authentication.k8s.io", Version: "v1", Resource: "tokenreviews"},
	{Group: "authentication.k8s.io", Version: "v1", Resource: "selfsubjectreviews"},
	{Group: "authorization.k8s.io", Version: "v1", Resource: "subjectaccessreviews"},
	{Group: "authorization.k8s.io", Version: "v1", Resource: "localsubjectaccessreviews"},
	{Group: "authorization.k8s.io", Version: "v1", Resource: "selfsubjectaccessreviews"},
	{Group: "authorization.k8s.io", Version: "v1", Resource: "selfsubjectrulesreviews"},
	{Group: "admissionregistration.k8s.io", Version: "v1", Resource: "validatingwebhookconfigurations"},
	{Group: "admissionregistration.k8s.io", Version: "v1", Resource: "mutatingwebhookconfigurations"},
	{Group: "admissionregistration.k8s.io", Version: "v1", Resource: "validatingadmissionpolicies"},
	{Group: "admissionregistration.k8s.io", Version: "v1", Resource: "validatingadmissionpolicybindings"},
	{Group: "apiextensions.k8s.io", Version: "v1", Resource: "customresourcedefinitions"},
	{Group: "apiextensions.k8s.io", Version: "v1", Resource: "customresourcedefinitions/status"},
	widgets,
	{Group: widgets.Group, Version: widgets.Version, Resource: "widgets/status"},
	{Group: widgets.Group, Version: widgets.Version, Resource: "widgets/scale"},
}

func discover(_ context.Context, s *session) error {
	client := s.kube.Discovery()
	info, err := client.ServerVersion()
	if err != nil {
		return err
	}
	parsed, err := version.ParseSemantic(info.GitVersion)
	s.say("version is one: %t", err == nil && parsed.AtLeast(version.MustParseSemantic("v1.20.0")))

	_, lists, err := client.ServerGroupsAndResources()
	if err != nil {
		return err
	}
	preferred, err := client.ServerPreferredResources()
	if err != nil {
		return err
	}
	found := map[string]string{}
	for _, list := range lists {
		for _, resource := range list.APIResources {
			sort.Strings(resource.Verbs)
			resource.StorageVersionHash = ""
			found[list.GroupVersion+" "+resource.Name] = canonical.Of(resource)
		}
	}
	for _, list := range preferred {
		for _, resource := range list.APIResources {
			found[list.GroupVersion+" "+resource.Name] += " preferred"
		}
	}
	for _, resource := range resources {
		name := resource.GroupVersion().String() + " " + resource.Resource
		s.say("%s: %s", name, found[name])
	}
	s.mapKinds()
	return s.readSchemas()
}

func (s *session) mapKinds() {
	cached := memory.NewMemCacheClient(s.kube.Discovery())
	mapper := restmapper.NewShortcutExpander(restmapper.NewDeferredDiscoveryRESTMapper(cached), cached, nil)
	for _, short := range []string{"cm", "sa", "ns", "crd", "quota", "wdg", "widget", "secret", "nothing"} {
		resource, err := mapper.ResourceFor(schema.GroupVersionResource{Resource: short})
		s.say("%s is %v, %s", short, resource, canonical.Told(err))
		kind, err := mapper.KindFor(schema.GroupVersionResource{Resource: short})
		s.say("%s is of %v, %s", short, kind, canonical.Told(err))
	}
	for _, kind := range []schema.GroupKind{
		{Kind: "ConfigMap"}, {Kind: "Namespace"}, {Group: "rbac.authorization.k8s.io", Kind: "ClusterRole"},
		{Group: widgets.Group, Kind: "Widget"}, {Group: widgets.Group, Kind: "Nothing"},
	} {
		mapping, err := mapper.RESTMapping(kind)
		if err != nil {
			s.say("%v: %s, no match: %t", kind, canonical.Told(err), meta.IsNoMatchError(err))
			continue
		}
		s.say("%v: %v in %s", kind, mapping.Resource, mapping.Scope.Name())
	}
}

// readSchemas asks for the second version, which is protobuf here, and the third.
func (s *session) readSchemas() error {
	document, err := s.kube.Discovery().OpenAPISchema()
	if err != nil {
		return err
	}
	for _, definition := range document.GetDefinitions().GetAdditionalProperties() {
		if strings.HasSuffix(definition.GetName(), ".Widget") {
			var names []string
			for _, property := range definition.GetValue().GetProperties().GetAdditionalProperties() {
				names = append(names, property.GetName())
			}
			sort.Strings(names)
			s.say("second version: %s has %s", definition.GetName(), list(names))
		}
	}
	paths, err := s.kube.Discovery().OpenAPIV3().Paths()
	if err != nil {
		return err
	}
	for _, group := range []string{"api/v1", "apis/coordination.k8s.io/v1", "apis/" + widgets.GroupVersion().String()} {
		written, err := paths[group].Schema("application/json")
		if err != nil {
			return err
		}
		var schemas struct {
			Components struct {
				Schemas map[string]struct {
					Properties map[string]any `json:"properties"`
				} `json:"schemas"`
			} `json:"components"`
		}
		if err := json.Unmarshal(written, &schemas); err != nil {
			return err
		}
		for _, name := range []string{"io.k8s.api.core.v1.ConfigMap", "io.k8s.api.coordination.v1.Lease", "com.example.clients.v1.Widget"} {
			if schema, has := schemas.Components.Schemas[name]; has {
				s.say("third version: %s in %s has %s", name, group, list(slices.Sorted(maps.Keys(schema.Properties))))
			}
		}
		if schema, has := schemas.Components.Schemas["com.example.clients.v1.Widget"]; has {
			s.say("third version: a widget's spec is %s", canonical.Of(schema.Properties["spec"]))
		}
	}
	return nil
}
