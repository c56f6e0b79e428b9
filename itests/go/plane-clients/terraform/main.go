// Command terraform does to a Kubernetes API what Terraform's Kubernetes provider does for a kubernetes_manifest, and prints what
// comes of it, without what is another each time: it learns the type of a manifest from the server's schemas, plans by a server-side
// apply that is a dry run, applies, reads back what it wrote, and deletes.
//
//	terraform -kubeconfig FILE
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"sort"
	"strings"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	apimeta "k8s.io/apimachinery/pkg/api/meta"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/restmapper"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/yaml"

	"io.drover/itests/plane-clients/canonical"
)

const manager = "Terraform"

var (
	definitions = schema.GroupVersionResource{Group: "apiextensions.k8s.io", Version: "v1", Resource: "customresourcedefinitions"}
	// What the provider leaves out of its state, as only the server sets it.
	serverSide = [][]string{{"metadata", "uid"}, {"metadata", "creationTimestamp"}, {"metadata", "resourceVersion"},
		{"metadata", "generation"}, {"metadata", "selfLink"}, {"metadata", "managedFields"}, {"status"}}
)

func main() {
	kubeconfig := flag.String("kubeconfig", "", "file that says where the API is")
	flag.Parse()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := run(ctx, *kubeconfig); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

type provider struct {
	client    dynamic.Interface
	discovery discovery.DiscoveryInterface
	mapper    *restmapper.DeferredDiscoveryRESTMapper
}

func run(ctx context.Context, kubeconfig string) error {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return err
	}
	config.QPS = -1
	client, err := dynamic.NewForConfig(config)
	if err != nil {
		return err
	}
	asked, err := discovery.NewDiscoveryClientForConfig(config)
	if err != nil {
		return err
	}
	p := &provider{client, asked, restmapper.NewDeferredDiscoveryRESTMapper(memory.NewMemCacheClient(asked))}
	for _, manifest := range manifests {
		object, err := parse(manifest)
		if err != nil {
			return err
		}
		if err := p.lead(ctx, object); err != nil {
			return fmt.Errorf("%s %s: %w", object.GetKind(), object.GetName(), err)
		}
	}
	return p.contend(ctx)
}

func parse(manifest string) (*unstructured.Unstructured, error) {
	object := &unstructured.Unstructured{}
	return object, yaml.Unmarshal([]byte(manifest), &object.Object)
}

func (p *provider) resource(object *unstructured.Unstructured) (dynamic.ResourceInterface, error) {
	kind := object.GroupVersionKind()
	mapping, err := p.mapper.RESTMapping(kind.GroupKind(), kind.Version)
	if apimeta.IsNoMatchError(err) {
		p.mapper.Reset()
		mapping, err = p.mapper.RESTMapping(kind.GroupKind(), kind.Version)
	}
	if err != nil {
		return nil, err
	}
	if mapping.Scope.Name() == apimeta.RESTScopeNameRoot {
		return p.client.Resource(mapping.Resource), nil
	}
	return p.client.Resource(mapping.Resource).Namespace(object.GetNamespace()), nil
}

// lead plans, applies, reads, plans again, which must change nothing, and leaves the object there.
func (p *provider) lead(ctx context.Context, object *unstructured.Unstructured) error {
	say := func(format string, arguments ...any) {
		fmt.Printf(object.GetKind()+" "+object.GetName()+": "+format+"\n", arguments...)
	}
	resource, err := p.resource(object)
	if err != nil {
		return err
	}
	shape, err := p.typeOf(ctx, object.GroupVersionKind())
	if err != nil {
		return err
	}
	say("is of type %s", shape)
	if _, err := resource.Get(ctx, object.GetName(), meta.GetOptions{}); !apierrors.IsNotFound(err) {
		return fmt.Errorf("there already: %v", err)
	}
	planned, err := p.apply(ctx, resource, object, true, false)
	if err != nil {
		return err
	}
	say("planned %s", canonical.Of(stripped(planned)))
	_, err = resource.Get(ctx, object.GetName(), meta.GetOptions{})
	say("planning leaves nothing: %s", canonical.Told(err))
	applied, err := p.apply(ctx, resource, object, false, false)
	if err != nil {
		return err
	}
	say("applied %s", canonical.Of(stripped(applied)))
	say("managed %s", canonical.Of(applied.GetManagedFields()))
	if err := awaitServed(ctx, resource, applied); err != nil {
		return err
	}
	read, err := resource.Get(ctx, object.GetName(), meta.GetOptions{})
	if err != nil {
		return err
	}
	again, err := p.apply(ctx, resource, object, true, false)
	if err != nil {
		return err
	}
	say("no changes: %t", canonical.Of(stripped(read)) == canonical.Of(stripped(again)) && read.GetResourceVersion() == again.GetResourceVersion())
	return nil
}

func (p *provider) apply(ctx context.Context, resource dynamic.ResourceInterface, object *unstructured.Unstructured, dry, force bool) (*unstructured.Unstructured, error) {
	manifest, err := object.MarshalJSON()
	if err != nil {
		return nil, err
	}
	options := meta.PatchOptions{FieldManager: manager, Force: ptr.To(force), FieldValidation: meta.FieldValidationStrict}
	if dry {
		options.DryRun = []string{meta.DryRunAll}
	}
	return resource.Patch(ctx, object.GetName(), types.ApplyPatchType, manifest, options)
}

// awaitServed waits for the fields that the user said to wait for: of a definition, that it is established.
func awaitServed(ctx context.Context, resource dynamic.ResourceInterface, object *unstructured.Unstructured) error {
	if object.GetKind() != "CustomResourceDefinition" {
		return nil
	}
	return wait.PollUntilContextCancel(ctx, 50*time.Millisecond, true, func(ctx context.Context) (bool, error) {
		current, err := resource.Get(ctx, object.GetName(), meta.GetOptions{})
		if err != nil {
			return false, err
		}
		// A new definition has null in the place of its conditions, which is an error to this function.
		conditions, _, _ := unstructured.NestedSlice(current.Object, "status", "conditions")
		for _, condition := range conditions {
			state := condition.(map[string]any)
			if state["type"] == "Established" && state["status"] == "True" {
				return true, nil
			}
		}
		return false, nil
	})
}

func stripped(object *unstructured.Unstructured) map[string]any {
	copied := object.DeepCopy().Object
	for _, field := range serverSide {
		unstructured.RemoveNestedField(copied, field...)
	}
	return copied
}

// contend has another manager own a field, which Terraform may take by force only, and ends all that there is.
func (p *provider) contend(ctx context.Context) error {
	var all []*unstructured.Unstructured
	for _, manifest := range manifests {
		object, err := parse(manifest)
		if err != nil {
			return err
		}
		all = append(all, object)
	}
	for _, object := range all {
		if object.GetKind() != "Boat" && object.GetKind() != "ConfigMap" {
			continue
		}
		resource, err := p.resource(object)
		if err != nil {
			return err
		}
		field := map[string]string{"Boat": "spec", "ConfigMap": "data"}[object.GetKind()]
		patch := fmt.Sprintf(`{"apiVersion":%q,"kind":%q,"metadata":{"name":%q},%q:{"name":"other"}}`, object.GetAPIVersion(), object.GetKind(), object.GetName(), field)
		other, err := resource.Patch(ctx, object.GetName(), types.ApplyPatchType, []byte(patch), meta.PatchOptions{FieldManager: "other", Force: ptr.To(true)})
		if err != nil {
			return err
		}
		fmt.Println("another's:", canonical.Of(other.Object))
		_, err = p.apply(ctx, resource, object, true, false)
		fmt.Println("plan:", apierrors.IsConflict(err), canonical.Told(err), canonical.Of(causes(err)))
		forced, err := p.apply(ctx, resource, object, false, true)
		if err != nil {
			return err
		}
		fmt.Println("forced:", canonical.Of(forced.Object))
		unknown := object.DeepCopy()
		unstructured.RemoveNestedField(unknown.Object, field, "name")
		_ = unstructured.SetNestedField(unknown.Object, "x", "nonsense")
		_, err = p.apply(ctx, resource, unknown, true, true)
		fmt.Println("unknown field:", canonical.Told(err))
	}
	for i := len(all) - 1; i >= 0; i-- {
		if err := p.destroy(ctx, all[i]); err != nil {
			return err
		}
	}
	return nil
}

func causes(err error) any {
	if status, is := err.(apierrors.APIStatus); is && status.Status().Details != nil {
		return status.Status().Details.Causes
	}
	return nil
}

func (p *provider) destroy(ctx context.Context, object *unstructured.Unstructured) error {
	resource, err := p.resource(object)
	if err != nil {
		return err
	}
	if err := resource.Delete(ctx, object.GetName(), meta.DeleteOptions{}); err != nil {
		return err
	}
	err = wait.PollUntilContextCancel(ctx, 50*time.Millisecond, true, func(ctx context.Context) (bool, error) {
		_, err := resource.Get(ctx, object.GetName(), meta.GetOptions{})
		if apierrors.IsNotFound(err) {
			return true, nil
		}
		return false, err
	})
	fmt.Println(object.GetKind(), object.GetName(), "is gone:", canonical.Told(err))
	return err
}

// typeOf is how the provider sees a kind: by the schema in its definition if it has one, else by the server's second version of all
// schemas, which it finds by group, version and kind.
func (p *provider) typeOf(ctx context.Context, kind schema.GroupVersionKind) (string, error) {
	all, err := p.client.Resource(definitions).List(ctx, meta.ListOptions{})
	if err != nil {
		return "", err
	}
	for _, definition := range all.Items {
		spec := definition.Object["spec"].(map[string]any)
		if spec["group"] != kind.Group || spec["names"].(map[string]any)["kind"] != kind.Kind {
			continue
		}
		for _, version := range spec["versions"].([]any) {
			if version := version.(map[string]any); version["name"] == kind.Version {
				schema, _, err := unstructured.NestedMap(version, "schema", "openAPIV3Schema")
				return shapeOf(schema, nil, 0), err
			}
		}
	}
	written, err := p.discovery.RESTClient().Get().AbsPath("openapi", "v2").Do(ctx).Raw()
	if err != nil {
		return "", err
	}
	var document struct {
		Definitions map[string]any `json:"definitions"`
	}
	if err := json.Unmarshal(written, &document); err != nil {
		return "", fmt.Errorf("the schemas are no JSON: %w", err)
	}
	for _, definition := range document.Definitions {
		definition := definition.(map[string]any)
		kinds, _ := definition["x-kubernetes-group-version-kind"].([]any)
		for _, candidate := range kinds {
			candidate := candidate.(map[string]any)
			if candidate["group"] == kind.Group && candidate["version"] == kind.Version && candidate["kind"] == kind.Kind && len(kinds) == 1 {
				return shapeOf(definition, document.Definitions, 0), nil
			}
		}
	}
	return "", fmt.Errorf("no type for %v", kind)
}

const deepest = 5

func shapeOf(schema map[string]any, definitions map[string]any, depth int) string {
	if reference, is := schema["$ref"].(string); is {
		schema, _ = definitions[strings.TrimPrefix(reference, "#/definitions/")].(map[string]any)
	}
	if depth > deepest {
		return "…"
	}
	if properties, _ := schema["properties"].(map[string]any); len(properties) > 0 {
		var fields []string
		for name, property := range properties {
			fields = append(fields, name+" "+shapeOf(property.(map[string]any), definitions, depth+1))
		}
		sort.Strings(fields)
		return "{" + strings.Join(fields, ", ") + "}"
	}
	if items, has := schema["items"].(map[string]any); has {
		return "[" + shapeOf(items, definitions, depth+1) + "]"
	}
	if values, has := schema["additionalProperties"].(map[string]any); has {
		return "map of " + shapeOf(values, definitions, depth+1)
	}
	return strings.TrimSpace(fmt.Sprint(schema["type"], " ", schema["format"]))
}
