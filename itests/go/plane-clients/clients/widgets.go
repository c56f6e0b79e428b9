package main

import (
	"context"
	"fmt"

	core "k8s.io/api/core/v1"
	apiextensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/tools/cache"
	watchtools "k8s.io/client-go/tools/watch"
	"k8s.io/utils/ptr"
)

var widgets = schema.GroupVersionResource{Group: "clients.example.com", Version: "v1", Resource: "widgets"}

func createNamespace(ctx context.Context, s *session) error {
	namespace := &core.Namespace{ObjectMeta: meta.ObjectMeta{Name: s.namespace}}
	_, err := s.kube.CoreV1().Namespaces().Create(ctx, namespace, meta.CreateOptions{})
	if apierrors.IsAlreadyExists(err) {
		return nil
	}
	return err
}

// defineWidgets does so by the typed client, which sends protobuf, and returns when they are served.
func defineWidgets(ctx context.Context, s *session) error {
	definitions := s.extensions.ApiextensionsV1().CustomResourceDefinitions()
	_, err := definitions.Create(ctx, widgetDefinition(), meta.CreateOptions{})
	if err != nil && !apierrors.IsAlreadyExists(err) {
		return err
	}
	only := func(options *meta.ListOptions) { options.FieldSelector = "metadata.name=widgets.clients.example.com" }
	one := &cache.ListWatch{
		ListFunc: func(options meta.ListOptions) (runtime.Object, error) {
			only(&options)
			return definitions.List(ctx, options)
		},
		WatchFunc: func(options meta.ListOptions) (watch.Interface, error) {
			only(&options)
			return definitions.Watch(ctx, options)
		},
	}
	_, err = watchtools.UntilWithSync(ctx, one, &apiextensions.CustomResourceDefinition{}, nil,
		func(event watch.Event) (bool, error) {
			definition := event.Object.(*apiextensions.CustomResourceDefinition)
			for _, condition := range definition.Status.Conditions {
				if condition.Type == apiextensions.Established && condition.Status == apiextensions.ConditionTrue {
					return true, nil
				}
			}
			return false, nil
		})
	return err
}

func widgetDefinition() *apiextensions.CustomResourceDefinition {
	return &apiextensions.CustomResourceDefinition{
		ObjectMeta: meta.ObjectMeta{Name: "widgets.clients.example.com"},
		Spec: apiextensions.CustomResourceDefinitionSpec{
			Group: widgets.Group,
			Scope: apiextensions.NamespaceScoped,
			Names: apiextensions.CustomResourceDefinitionNames{
				Plural: "widgets", Singular: "widget", Kind: "Widget", ListKind: "WidgetList",
				ShortNames: []string{"wdg"}, Categories: []string{"things"},
			},
			Versions: []apiextensions.CustomResourceDefinitionVersion{{
				Name: widgets.Version, Served: true, Storage: true,
				Schema: &apiextensions.CustomResourceValidation{OpenAPIV3Schema: widgetSchema()},
				Subresources: &apiextensions.CustomResourceSubresources{
					Status: &apiextensions.CustomResourceSubresourceStatus{},
					Scale: &apiextensions.CustomResourceSubresourceScale{
						SpecReplicasPath: ".spec.replicas", StatusReplicasPath: ".status.replicas",
						LabelSelectorPath: ptr.To(".status.selector"),
					},
				},
				AdditionalPrinterColumns: []apiextensions.CustomResourceColumnDefinition{
					{Name: "Size", Type: "integer", JSONPath: ".spec.size", Priority: 1},
				},
			}},
		},
	}
}

func widgetSchema() *apiextensions.JSONSchemaProps {
	text := apiextensions.JSONSchemaProps{Type: "string"}
	number := apiextensions.JSONSchemaProps{Type: "integer", Format: "int32"}
	part := apiextensions.JSONSchemaProps{
		Type:       "object",
		Required:   []string{"name"},
		Properties: map[string]apiextensions.JSONSchemaProps{"name": text, "count": number},
	}
	return &apiextensions.JSONSchemaProps{
		Type:        "object",
		Description: "A thing with parts.",
		Properties: map[string]apiextensions.JSONSchemaProps{
			"spec": {
				Type: "object",
				XValidations: apiextensions.ValidationRules{{
					Rule: "!has(self.replicas) || self.replicas <= self.size", Message: "no more replicas than size",
					Reason: ptr.To(apiextensions.FieldValueForbidden), FieldPath: ".replicas",
				}},
				Properties: map[string]apiextensions.JSONSchemaProps{
					"size": {
						Type: "integer", Minimum: ptr.To(0.0), Maximum: ptr.To(99.5), ExclusiveMaximum: true,
						Default: &apiextensions.JSON{Raw: []byte("3")},
					},
					"replicas": number,
					"colour": {
						Type: "string", MaxLength: ptr.To(int64(8)), Nullable: true,
						Enum: []apiextensions.JSON{{Raw: []byte(`"red"`)}, {Raw: []byte(`"blue"`)}},
					},
					"parts": {
						Type: "array", XListType: ptr.To("map"), XListMapKeys: []string{"name"}, MaxItems: ptr.To(int64(9)),
						Items: &apiextensions.JSONSchemaPropsOrArray{Schema: &part},
					},
					"tags":   {Type: "array", XListType: ptr.To("set"), Items: &apiextensions.JSONSchemaPropsOrArray{Schema: &text}},
					"limits": {Type: "object", AdditionalProperties: &apiextensions.JSONSchemaPropsOrBool{Schema: &text}},
					"port":   {XIntOrString: true},
					"extra":  {Type: "object", XPreserveUnknownFields: ptr.To(true)},
				},
			},
			"status": {
				Type: "object",
				Properties: map[string]apiextensions.JSONSchemaProps{
					"observed": number, "replicas": number, "selector": text,
				},
			},
		},
	}
}

func widget(name string, spec map[string]any) *unstructured.Unstructured {
	return &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": widgets.GroupVersion().String(),
		"kind":       "Widget",
		"metadata":   map[string]any{"name": name},
		"spec":       spec,
	}}
}

func (s *session) widgets() dynamic.ResourceInterface {
	return s.dynamic.Resource(widgets).Namespace(s.namespace)
}

func (s *session) configMap(name string, data map[string]string) (*core.ConfigMap, error) {
	object := &core.ConfigMap{ObjectMeta: meta.ObjectMeta{Name: name}, Data: data}
	return s.kube.CoreV1().ConfigMaps(s.namespace).Create(context.Background(), object, meta.CreateOptions{})
}

func list(objects []string) string { return fmt.Sprintf("%q", objects) }
