package main

import (
	"context"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	coordination "k8s.io/client-go/applyconfigurations/coordination/v1"
	core "k8s.io/client-go/applyconfigurations/core/v1"
	applymeta "k8s.io/client-go/applyconfigurations/meta/v1"
	rbac "k8s.io/client-go/applyconfigurations/rbac/v1"

	"io.drover/itests/plane-clients/canonical"
)

// applyAndExtract applies configurations as two managers, and takes each one's share out of what is there, as controllers do.
func applyAndExtract(ctx context.Context, s *session) error {
	maps := s.kube.CoreV1().ConfigMaps(s.namespace)
	mine := func() *core.ConfigMapApplyConfiguration { return core.ConfigMap("shared", s.namespace) }
	first, err := maps.Apply(ctx, mine().WithLabels(map[string]string{"a": "1"}).WithData(map[string]string{"x": "1", "y": "1"}), meta.ApplyOptions{FieldManager: "first"})
	if err != nil {
		return err
	}
	s.say("applied %s", canonical.Of(first))
	_, err = maps.Apply(ctx, mine().WithData(map[string]string{"y": "2", "z": "2"}), meta.ApplyOptions{FieldManager: "second"})
	s.say("conflict %t: %s", apierrors.IsConflict(err), canonical.Told(err))
	both, err := maps.Apply(ctx, mine().WithData(map[string]string{"y": "2", "z": "2"}), meta.ApplyOptions{FieldManager: "second", Force: true})
	if err != nil {
		return err
	}
	s.say("forced %s", canonical.Of(both))
	for _, manager := range []string{"first", "second", "third"} {
		share, err := core.ExtractConfigMap(both, manager)
		if err != nil {
			return err
		}
		s.say("share of %s: %s", manager, canonical.Of(share))
	}
	// What is taken out, changed and applied again changes nothing else; what is left out goes.
	share, err := core.ExtractConfigMap(both, "second")
	if err != nil {
		return err
	}
	delete(share.Data, "z")
	after, err := maps.Apply(ctx, share.WithData(map[string]string{"w": "2"}), meta.ApplyOptions{FieldManager: "second", Force: true})
	if err != nil {
		return err
	}
	s.say("again %s", canonical.Of(after))

	if err := s.applyOtherKinds(ctx); err != nil {
		return err
	}
	return s.applyWidgets(ctx)
}

func (s *session) applyOtherKinds(ctx context.Context) error {
	options := meta.ApplyOptions{FieldManager: "first"}
	role, err := s.kube.RbacV1().Roles(s.namespace).Apply(ctx, rbac.Role("applied", s.namespace).WithRules(
		rbac.PolicyRule().WithAPIGroups("").WithResources("configmaps").WithVerbs("get", "list")), options)
	if err != nil {
		return err
	}
	roleShare, err := rbac.ExtractRole(role, "first")
	if err != nil {
		return err
	}
	s.say("role %s share %s", canonical.Of(role), canonical.Of(roleShare))
	account, err := s.kube.CoreV1().ServiceAccounts(s.namespace).Apply(ctx, core.ServiceAccount("applied", s.namespace).
		WithImagePullSecrets(core.LocalObjectReference().WithName("one"), core.LocalObjectReference().WithName("two")), options)
	if err != nil {
		return err
	}
	accountShare, err := core.ExtractServiceAccount(account, "first")
	if err != nil {
		return err
	}
	s.say("account %s share %s", canonical.Of(account), canonical.Of(accountShare))
	binding, err := s.kube.RbacV1().RoleBindings(s.namespace).Apply(ctx, rbac.RoleBinding("applied", s.namespace).
		WithRoleRef(rbac.RoleRef().WithAPIGroup("rbac.authorization.k8s.io").WithKind("Role").WithName("applied")).
		WithSubjects(rbac.Subject().WithKind("ServiceAccount").WithName("applied").WithNamespace(s.namespace)), options)
	if err != nil {
		return err
	}
	s.say("binding %s", canonical.Of(binding))
	lease, err := s.kube.CoordinationV1().Leases(s.namespace).Apply(ctx, coordination.Lease("applied", s.namespace).
		WithOwnerReferences(applymeta.OwnerReference().WithAPIVersion("v1").WithKind("ServiceAccount").WithName("applied").WithUID(account.UID)).
		WithSpec(coordination.LeaseSpec().WithHolderIdentity("me").WithLeaseDurationSeconds(9)), options)
	if err != nil {
		return err
	}
	leaseShare, err := coordination.ExtractLease(lease, "first")
	if err != nil {
		return err
	}
	s.say("lease %s share %s", canonical.Of(lease), canonical.Of(leaseShare))
	return nil
}

// applyWidgets takes shares out of custom objects, which needs the server's schemas in their second version.
func (s *session) applyWidgets(ctx context.Context) error {
	part := func(name string, count int64) any { return map[string]any{"name": name, "count": count} }
	one := widget("applied", map[string]any{"size": int64(5), "parts": []any{part("a", 1), part("b", 1)}, "tags": []any{"x"}, "limits": map[string]any{"cpu": "1"}, "port": "http"})
	two := widget("applied", map[string]any{"parts": []any{part("b", 1), part("c", 2)}, "tags": []any{"y"}, "extra": map[string]any{"deep": map[string]any{"er": true}}})
	if _, err := s.widgets().Apply(ctx, "applied", one, meta.ApplyOptions{FieldManager: "first"}); err != nil {
		return err
	}
	both, err := s.widgets().Apply(ctx, "applied", two, meta.ApplyOptions{FieldManager: "second"})
	if err != nil {
		return err
	}
	s.say("widget %s", canonical.Of(both.Object))
	status := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": widgets.GroupVersion().String(), "kind": "Widget", "metadata": map[string]any{"name": "applied"},
		"status": map[string]any{"observed": int64(5)},
	}}
	if both, err = s.widgets().ApplyStatus(ctx, "applied", status, meta.ApplyOptions{FieldManager: "first"}); err != nil {
		return err
	}
	s.say("widget's status %s", canonical.Of(both.Object))
	extractor, err := applymeta.NewUnstructuredExtractor(s.kube.Discovery())
	if err != nil {
		return err
	}
	for _, manager := range []string{"first", "second"} {
		share, err := extractor.Extract(both, manager)
		if err != nil {
			return err
		}
		s.say("share of %s: %s", manager, canonical.Of(share.Object))
	}
	share, err := extractor.ExtractStatus(both, "first")
	if err != nil {
		return err
	}
	s.say("share in the status: %s", canonical.Of(share.Object))
	return nil
}
