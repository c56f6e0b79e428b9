// Command protobuf prints the table by which the embedded API server reads protobuf bodies: of the kinds it has, how client-go's
// types are written as protobuf and as JSON.
package main

import (
	"fmt"
	"path"
	"reflect"
	"sort"
	"strings"

	admissionregistration "k8s.io/api/admissionregistration/v1"
	authentication "k8s.io/api/authentication/v1"
	authorization "k8s.io/api/authorization/v1"
	autoscaling "k8s.io/api/autoscaling/v1"
	coordination "k8s.io/api/coordination/v1"
	core "k8s.io/api/core/v1"
	events "k8s.io/api/events/v1"
	rbac "k8s.io/api/rbac/v1"
	apiextensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
)

const header = `# Numbers, names and types of the protobuf messages of k8s.io/api and k8s.io/apimachinery v0.34.2, as far as typed clients send them here.
# Printed by itests/go/plane-clients/protobuf.
# message: number name type; [] = repeated, {} = map of strings to it, ? = kept although zero; a field without a name is part of its parent
Quantity: 1 value string
SchemaOrArray: 1 schema apiextensions.k8s.io/v1/JSONSchemaProps; 2 value apiextensions.k8s.io/v1/JSONSchemaProps[]
SchemaOrBool: 1 value bool?; 2 schema apiextensions.k8s.io/v1/JSONSchemaProps
SchemaOrStrings: 1 schema apiextensions.k8s.io/v1/JSONSchemaProps; 2 value string[]
Strings: 1 value string[]
`

var kinds = []any{
	core.ConfigMap{}, core.Secret{}, core.ServiceAccount{}, core.Namespace{}, core.Event{}, core.ResourceQuota{},
	events.Event{}, coordination.Lease{},
	rbac.Role{}, rbac.RoleBinding{}, rbac.ClusterRole{}, rbac.ClusterRoleBinding{},
	admissionregistration.ValidatingWebhookConfiguration{}, admissionregistration.MutatingWebhookConfiguration{},
	admissionregistration.ValidatingAdmissionPolicy{}, admissionregistration.ValidatingAdmissionPolicyBinding{},
	authentication.TokenReview{}, authentication.TokenRequest{}, authentication.SelfSubjectReview{},
	authorization.SubjectAccessReview{}, authorization.LocalSubjectAccessReview{}, authorization.SelfSubjectAccessReview{},
	authorization.SelfSubjectRulesReview{},
	autoscaling.Scale{}, apiextensions.CustomResourceDefinition{},
	meta.DeleteOptions{},
}

// Types that are something else in JSON than in protobuf.
var special = map[reflect.Type]string{
	reflect.TypeOf(meta.Time{}):                                  "Time",
	reflect.TypeOf(meta.MicroTime{}):                             "MicroTime",
	reflect.TypeOf(meta.FieldsV1{}):                              "FieldsV1",
	reflect.TypeOf(resource.Quantity{}):                          "Quantity",
	reflect.TypeOf(apiextensions.JSON{}):                         "JSON",
	reflect.TypeOf(apiextensions.JSONSchemaPropsOrArray{}):       "SchemaOrArray",
	reflect.TypeOf(apiextensions.JSONSchemaPropsOrBool{}):        "SchemaOrBool",
	reflect.TypeOf(apiextensions.JSONSchemaPropsOrStringArray{}): "SchemaOrStrings",
	reflect.TypeOf(authentication.ExtraValue{}):                  "Strings",
	reflect.TypeOf(authorization.ExtraValue{}):                   "Strings",
}

var lines = map[string]string{}

func main() {
	for _, kind := range kinds {
		describe(reflect.TypeOf(kind))
	}
	names := make([]string, 0, len(lines))
	for name := range lines {
		names = append(names, name)
	}
	sort.Strings(names)
	fmt.Print(header)
	for _, name := range names {
		fmt.Println(name + ": " + lines[name])
	}
}

func describe(t reflect.Type) string {
	name := messageName(t)
	if _, known := lines[name]; known {
		return name
	}
	lines[name] = ""
	var fields []string
	for i := range t.NumField() {
		field := t.Field(i)
		tag := strings.Split(field.Tag.Get("protobuf"), ",")
		if len(tag) < 2 {
			continue
		}
		json, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		keep := ""
		if field.Type.Kind() == reflect.Pointer || !strings.Contains(options, "omit") && isScalar(field.Type) {
			keep = "?"
		}
		fields = append(fields, tag[1]+" "+json+" "+typeName(field.Type)+keep)
	}
	lines[name] = strings.Join(fields, "; ")
	return name
}

func isScalar(t reflect.Type) bool {
	return t.Kind() == reflect.String || t.Kind() == reflect.Bool || t.Kind() >= reflect.Int && t.Kind() <= reflect.Float64
}

func typeName(t reflect.Type) string {
	if name, isSpecial := special[t]; isSpecial {
		return name
	}
	switch t.Kind() {
	case reflect.Pointer:
		return typeName(t.Elem())
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return "bytes"
		}
		return typeName(t.Elem()) + "[]"
	case reflect.Map:
		return typeName(t.Elem()) + "{}"
	case reflect.Struct:
		return describe(t)
	case reflect.Float64:
		return "double"
	default:
		return t.Kind().String()
	}
}

// messageName is unique and, for kinds, apiVersion/kind.
func messageName(t reflect.Type) string {
	group := path.Base(path.Dir(t.PkgPath()))
	switch group {
	case "core":
		return "v1/" + t.Name()
	case "autoscaling":
		return group + "/v1/" + t.Name()
	case "rbac":
		group = "rbac.authorization"
	}
	return group + ".k8s.io/v1/" + t.Name()
}
