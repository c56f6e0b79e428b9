package main

import (
	"context"
	"errors"
	"time"

	admissionregistration "k8s.io/api/admissionregistration/v1"
	authentication "k8s.io/api/authentication/v1"
	authorization "k8s.io/api/authorization/v1"
	coordination "k8s.io/api/coordination/v1"
	core "k8s.io/api/core/v1"
	events "k8s.io/api/events/v1"
	rbac "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/ptr"

	"io.drover/itests/plane-clients/canonical"
)

// writeAllKinds creates an object of each built-in kind by the typed client, which writes protobuf and would read it too, and shows
// what the dynamic client reads, which knows nothing but JSON.
func writeAllKinds(ctx context.Context, s *session) error {
	name := meta.ObjectMeta{Name: "typed", Labels: map[string]string{"a": "b"}, Annotations: map[string]string{"c": "d"}}
	clusterWide := *name.DeepCopy()
	clusterWide.Name = "clients-typed"
	options := meta.CreateOptions{}
	moment := meta.NewMicroTime(time.Date(2026, 1, 2, 3, 4, 5, 6000, time.UTC))
	second := meta.NewTime(moment.Time)
	subject := rbac.Subject{Kind: "User", Name: "nobody", APIGroup: rbac.GroupName}
	rules := []rbac.PolicyRule{{Verbs: []string{"get"}, APIGroups: []string{""}, Resources: []string{"configmaps"}, ResourceNames: []string{"x"}}}
	regarding := core.ObjectReference{Kind: "ConfigMap", APIVersion: "v1", Namespace: s.namespace, Name: "typed"}
	labelled := &meta.LabelSelector{
		MatchLabels:      map[string]string{"clients": "none"},
		MatchExpressions: []meta.LabelSelectorRequirement{{Key: "k", Operator: meta.LabelSelectorOpIn, Values: []string{"v", "w"}}},
	}
	hook := admissionregistration.WebhookClientConfig{URL: ptr.To("https://hook.example.com/hook")}
	matched := []admissionregistration.RuleWithOperations{{
		Operations: []admissionregistration.OperationType{admissionregistration.Create},
		Rule: admissionregistration.Rule{
			APIGroups: []string{"nothing.example.com"}, APIVersions: []string{"*"}, Resources: []string{"things"},
			Scope: ptr.To(admissionregistration.NamespacedScope),
		},
	}}
	none := ptr.To(admissionregistration.SideEffectClassNone)

	kube, ns := s.kube, s.namespace
	created := []error{
		made(kube.CoreV1().ConfigMaps(ns).Create(ctx, &core.ConfigMap{ObjectMeta: name, Data: map[string]string{"k": "v", "empty": ""}, BinaryData: map[string][]byte{"b": {0, 1, 255}}, Immutable: ptr.To(false)}, options)),
		made(kube.CoreV1().Secrets(ns).Create(ctx, &core.Secret{ObjectMeta: name, Data: map[string][]byte{"k": []byte("v")}, StringData: map[string]string{"s": "t"}, Type: core.SecretTypeOpaque, Immutable: ptr.To(true)}, options)),
		made(kube.CoreV1().ServiceAccounts(ns).Create(ctx, &core.ServiceAccount{ObjectMeta: name, ImagePullSecrets: []core.LocalObjectReference{{Name: "pull"}}, AutomountServiceAccountToken: ptr.To(false)}, options)),
		made(kube.CoreV1().ResourceQuotas(ns).Create(ctx, &core.ResourceQuota{ObjectMeta: name, Spec: core.ResourceQuotaSpec{Hard: core.ResourceList{"count/widgets.clients.example.com": resource.MustParse("0"), "count/configmaps": resource.MustParse("1k")}}}, options)),
		made(kube.CoreV1().Events(ns).Create(ctx, &core.Event{ObjectMeta: name, InvolvedObject: regarding, Reason: "Tried", Message: "it was", Type: core.EventTypeNormal, Source: core.EventSource{Component: "clients"}, FirstTimestamp: second, LastTimestamp: second, Count: 2}, options)),
		made(kube.EventsV1().Events(ns).Create(ctx, &events.Event{ObjectMeta: meta.ObjectMeta{Name: "typed-new"}, Regarding: regarding, Reason: "Tried", Action: "Try", Note: "it was", Type: core.EventTypeWarning, EventTime: moment, ReportingController: "example.com/clients", ReportingInstance: "one", Series: &events.EventSeries{Count: 3, LastObservedTime: moment}}, options)),
		made(kube.CoordinationV1().Leases(ns).Create(ctx, &coordination.Lease{ObjectMeta: name, Spec: coordination.LeaseSpec{HolderIdentity: ptr.To(""), LeaseDurationSeconds: ptr.To(int32(15)), AcquireTime: &moment, RenewTime: &moment, LeaseTransitions: ptr.To(int32(0))}}, options)),
		made(kube.RbacV1().Roles(ns).Create(ctx, &rbac.Role{ObjectMeta: name, Rules: rules}, options)),
		made(kube.RbacV1().RoleBindings(ns).Create(ctx, &rbac.RoleBinding{ObjectMeta: name, Subjects: []rbac.Subject{subject}, RoleRef: rbac.RoleRef{APIGroup: rbac.GroupName, Kind: "Role", Name: "typed"}}, options)),
		made(kube.RbacV1().ClusterRoles().Create(ctx, &rbac.ClusterRole{ObjectMeta: clusterWide, Rules: append(rules, rbac.PolicyRule{Verbs: []string{"get"}, NonResourceURLs: []string{"/x"}})}, options)),
		made(kube.RbacV1().ClusterRoleBindings().Create(ctx, &rbac.ClusterRoleBinding{ObjectMeta: clusterWide, Subjects: []rbac.Subject{subject}, RoleRef: rbac.RoleRef{APIGroup: rbac.GroupName, Kind: "ClusterRole", Name: "clients-typed"}}, options)),
		made(kube.AdmissionregistrationV1().ValidatingWebhookConfigurations().Create(ctx, &admissionregistration.ValidatingWebhookConfiguration{ObjectMeta: clusterWide, Webhooks: []admissionregistration.ValidatingWebhook{{Name: "v.clients.example.com", ClientConfig: hook, Rules: matched, SideEffects: none, AdmissionReviewVersions: []string{"v1"}, NamespaceSelector: labelled, TimeoutSeconds: ptr.To(int32(3)), MatchConditions: []admissionregistration.MatchCondition{{Name: "c", Expression: "true"}}}}}, options)),
		made(kube.AdmissionregistrationV1().MutatingWebhookConfigurations().Create(ctx, &admissionregistration.MutatingWebhookConfiguration{ObjectMeta: clusterWide, Webhooks: []admissionregistration.MutatingWebhook{{Name: "m.clients.example.com", ClientConfig: hook, Rules: matched, SideEffects: none, AdmissionReviewVersions: []string{"v1"}, ObjectSelector: labelled, ReinvocationPolicy: ptr.To(admissionregistration.IfNeededReinvocationPolicy)}}}, options)),
		made(kube.AdmissionregistrationV1().ValidatingAdmissionPolicies().Create(ctx, &admissionregistration.ValidatingAdmissionPolicy{ObjectMeta: clusterWide, Spec: admissionregistration.ValidatingAdmissionPolicySpec{
			ParamKind:        &admissionregistration.ParamKind{APIVersion: "v1", Kind: "ConfigMap"},
			MatchConstraints: &admissionregistration.MatchResources{ResourceRules: []admissionregistration.NamedRuleWithOperations{{ResourceNames: []string{"r"}, RuleWithOperations: matched[0]}}},
			Validations:      []admissionregistration.Validation{{Expression: "true", Message: "always", Reason: ptr.To(meta.StatusReasonInvalid)}},
			Variables:        []admissionregistration.Variable{{Name: "x", Expression: "1"}},
		}}, options)),
		made(kube.AdmissionregistrationV1().ValidatingAdmissionPolicyBindings().Create(ctx, &admissionregistration.ValidatingAdmissionPolicyBinding{ObjectMeta: clusterWide, Spec: admissionregistration.ValidatingAdmissionPolicyBindingSpec{
			PolicyName: "clients-typed", ValidationActions: []admissionregistration.ValidationAction{admissionregistration.Deny},
			ParamRef: &admissionregistration.ParamRef{Name: "p", Namespace: ns, ParameterNotFoundAction: ptr.To(admissionregistration.AllowAction)},
		}}, options)),
	}
	if err := errors.Join(created...); err != nil {
		return err
	}
	for _, resource := range resources {
		if err := s.showTyped(ctx, resource); err != nil {
			return err
		}
	}
	definition, err := s.dynamic.Resource(schema.GroupVersionResource{Group: "apiextensions.k8s.io", Version: "v1", Resource: "customresourcedefinitions"}).Get(ctx, "widgets.clients.example.com", meta.GetOptions{})
	if err != nil {
		return err
	}
	s.say("definition: %s", canonical.Of(definition.Object["spec"]))
	if err := s.changeTyped(ctx); err != nil {
		return err
	}
	return s.review(ctx)
}

func made[T any](_ T, err error) error { return err }

func (s *session) showTyped(ctx context.Context, resource schema.GroupVersionResource) error {
	client := s.dynamic.Resource(resource)
	read := client.Get
	name := "clients-typed"
	switch resource.Resource {
	case "configmaps", "secrets", "serviceaccounts", "resourcequotas", "events", "leases", "roles", "rolebindings":
		read, name = client.Namespace(s.namespace).Get, "typed"
	case "clusterroles", "clusterrolebindings", "validatingwebhookconfigurations", "mutatingwebhookconfigurations",
		"validatingadmissionpolicies", "validatingadmissionpolicybindings":
	default:
		return nil
	}
	object, err := read(ctx, name, meta.GetOptions{})
	if err != nil {
		return err
	}
	unstructured.RemoveNestedField(object.Object, "status")
	s.say("%s %s", resource.Resource, canonical.Unmanaged(object.Object))
	if resource.Group == "events.k8s.io" {
		if object, err = read(ctx, "typed-new", meta.GetOptions{}); err != nil {
			return err
		}
		s.say("%s %s", resource.Resource, canonical.Unmanaged(object.Object))
	}
	return nil
}

// changeTyped goes on by what a typed client does with what it has read.
func (s *session) changeTyped(ctx context.Context) error {
	maps := s.kube.CoreV1().ConfigMaps(s.namespace)
	object, err := maps.Get(ctx, "typed", meta.GetOptions{})
	if err != nil {
		return err
	}
	stale := object.DeepCopy()
	object.Data["k"] = "w"
	updated, err := maps.Update(ctx, object, meta.UpdateOptions{FieldManager: "clients"})
	if err != nil {
		return err
	}
	s.say("updated %s", canonical.Of(updated))
	_, err = maps.Update(ctx, stale, meta.UpdateOptions{})
	s.say("stale: %s, conflict: %t", canonical.Told(err), apierrors.IsConflict(err))
	for patchType, patch := range map[types.PatchType]string{
		types.StrategicMergePatchType: `{"data":{"strategic":"1"},"metadata":{"labels":{"a":null}}}`,
		types.MergePatchType:          `{"data":{"empty":null}}`,
		types.JSONPatchType:           `[{"op":"add","path":"/data/json","value":"2"}]`,
	} {
		if _, err = maps.Patch(ctx, "typed", patchType, []byte(patch), meta.PatchOptions{}); err != nil {
			return err
		}
	}
	patched, err := maps.Get(ctx, "typed", meta.GetOptions{})
	if err != nil {
		return err
	}
	s.say("patched %s", canonical.Unmanaged(patched))
	namespaces := s.kube.CoreV1().Namespaces()
	namespace, err := namespaces.Get(ctx, s.namespace, meta.GetOptions{})
	if err != nil {
		return err
	}
	namespace.Labels["by"] = "typed"
	if namespace, err = namespaces.Update(ctx, namespace, meta.UpdateOptions{}); err != nil {
		return err
	}
	s.say("namespace %s", canonical.Unmanaged(namespace))
	err = maps.DeleteCollection(ctx, meta.DeleteOptions{PropagationPolicy: ptr.To(meta.DeletePropagationBackground)},
		meta.ListOptions{LabelSelector: "!a", FieldSelector: "metadata.name=typed"})
	if err != nil {
		return err
	}
	err = s.kube.CoreV1().Secrets(s.namespace).Delete(ctx, "typed", meta.DeleteOptions{Preconditions: &meta.Preconditions{UID: ptr.To(types.UID("other"))}})
	s.say("delete another: %s", canonical.Told(err))
	_, err = maps.Get(ctx, "typed", meta.GetOptions{})
	s.say("deleted: %s", canonical.Told(err))
	return nil
}

func (s *session) review(ctx context.Context) error {
	attributes := &authorization.ResourceAttributes{Namespace: s.namespace, Verb: "get", Resource: "configmaps", Name: "x"}
	subject, err := s.kube.AuthorizationV1().SubjectAccessReviews().Create(ctx, &authorization.SubjectAccessReview{Spec: authorization.SubjectAccessReviewSpec{
		User: "nobody", Groups: []string{"none"}, Extra: map[string]authorization.ExtraValue{"k": {"v"}}, ResourceAttributes: attributes,
	}}, meta.CreateOptions{})
	if err != nil {
		return err
	}
	s.say("nobody may: %t, spec %s", subject.Status.Allowed, canonical.Of(subject.Spec))
	local, err := s.kube.AuthorizationV1().LocalSubjectAccessReviews(s.namespace).Create(ctx, &authorization.LocalSubjectAccessReview{
		ObjectMeta: meta.ObjectMeta{Namespace: s.namespace},
		Spec:       authorization.SubjectAccessReviewSpec{User: "somebody", ResourceAttributes: attributes},
	}, meta.CreateOptions{})
	if err != nil {
		return err
	}
	s.say("somebody may: %t", local.Status.Allowed)
	own, err := s.kube.AuthorizationV1().SelfSubjectAccessReviews().Create(ctx, &authorization.SelfSubjectAccessReview{Spec: authorization.SelfSubjectAccessReviewSpec{ResourceAttributes: attributes}}, meta.CreateOptions{})
	if err != nil {
		return err
	}
	s.say("I may: %t", own.Status.Allowed)
	request, err := s.kube.CoreV1().ServiceAccounts(s.namespace).CreateToken(ctx, "typed", &authentication.TokenRequest{Spec: authentication.TokenRequestSpec{ExpirationSeconds: ptr.To(int64(1200))}}, meta.CreateOptions{})
	if err != nil {
		return err
	}
	s.say("token for %d seconds", *request.Spec.ExpirationSeconds)
	for _, token := range []string{request.Status.Token, "nonsense"} {
		review, err := s.kube.AuthenticationV1().TokenReviews().Create(ctx, &authentication.TokenReview{Spec: authentication.TokenReviewSpec{Token: token}}, meta.CreateOptions{})
		if err != nil {
			return err
		}
		s.say("token is of %t %s %s", review.Status.Authenticated, review.Status.User.Username, list(review.Status.User.Groups))
	}
	return nil
}
