package main

import (
	"context"
	"strings"
	"time"

	authentication "k8s.io/api/authentication/v1"
	autoscaling "k8s.io/api/autoscaling/v1"
	core "k8s.io/api/core/v1"
	rbac "k8s.io/api/rbac/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/restmapper"
	"k8s.io/client-go/scale"

	"io.drover/itests/plane-clients/canonical"
)

// scaleWidgets does as the autoscaler: it knows nothing of widgets but that they have a scale.
func scaleWidgets(ctx context.Context, s *session) error {
	object := widget("scaled", map[string]any{"size": int64(9), "replicas": int64(2)})
	if _, err := s.widgets().Create(ctx, object, meta.CreateOptions{}); err != nil {
		return err
	}
	status := []byte(`{"status":{"replicas":1,"selector":"a=b"}}`)
	if _, err := s.widgets().Patch(ctx, "scaled", types.MergePatchType, status, meta.PatchOptions{}, "status"); err != nil {
		return err
	}
	discovery := s.kube.Discovery()
	mapper := restmapper.NewDeferredDiscoveryRESTMapper(memory.NewMemCacheClient(discovery))
	getter, err := scale.NewForConfig(s.config, mapper, dynamic.LegacyAPIPathResolverFunc, scale.NewDiscoveryScaleKindResolver(discovery))
	if err != nil {
		return err
	}
	scales := getter.Scales(s.namespace)
	found, err := scales.Get(ctx, widgets.GroupResource(), "scaled", meta.GetOptions{})
	if err != nil {
		return err
	}
	s.say("scale %s", canonical.Unmanaged(found))
	found.Spec.Replicas = 5
	changed, err := scales.Update(ctx, widgets.GroupResource(), found, meta.UpdateOptions{})
	if err != nil {
		return err
	}
	s.say("updated %s", canonical.Unmanaged(changed))
	changed, err = scales.Patch(ctx, widgets, "scaled", types.MergePatchType, []byte(`{"spec":{"replicas":0}}`), meta.PatchOptions{})
	if err != nil {
		return err
	}
	s.say("patched %s", canonical.Unmanaged(changed))
	_, err = scales.Patch(ctx, widgets, "scaled", types.MergePatchType, []byte(`{"spec":{"replicas":50}}`), meta.PatchOptions{})
	s.refused("too many", err)
	after, err := s.widgets().Get(ctx, "scaled", meta.GetOptions{})
	if err != nil {
		return err
	}
	s.say("widget %s", canonical.Unmanaged(after.Object))
	var _ *autoscaling.Scale = changed
	return nil
}

// actAsOthers asks as a service account by its token, and as somebody else by impersonation.
func actAsOthers(ctx context.Context, s *session) error {
	account := &core.ServiceAccount{ObjectMeta: meta.ObjectMeta{Name: "robot"}}
	if _, err := s.kube.CoreV1().ServiceAccounts(s.namespace).Create(ctx, account, meta.CreateOptions{}); err != nil {
		return err
	}
	request, err := s.kube.CoreV1().ServiceAccounts(s.namespace).CreateToken(ctx, "robot", &authentication.TokenRequest{}, meta.CreateOptions{})
	if err != nil {
		return err
	}
	asRobot := rest.AnonymousClientConfig(s.config)
	asRobot.BearerToken = request.Status.Token
	if err := s.actAs(ctx, "robot", asRobot, rbac.Subject{Kind: "ServiceAccount", Name: "robot", Namespace: s.namespace}); err != nil {
		return err
	}
	asSomebody := rest.CopyConfig(s.config)
	asSomebody.Impersonate = rest.ImpersonationConfig{UserName: "somebody", Groups: []string{"some"}}
	return s.actAs(ctx, "somebody", asSomebody, rbac.Subject{Kind: "Group", Name: "some", APIGroup: rbac.GroupName})
}

// actAs asks without a right, and with one that it is given.
func (s *session) actAs(ctx context.Context, name string, config *rest.Config, subject rbac.Subject) error {
	other, err := newSession(config, s.namespace)
	if err != nil {
		return err
	}
	self, err := other.kube.AuthenticationV1().SelfSubjectReviews().Create(ctx, &authentication.SelfSubjectReview{}, meta.CreateOptions{})
	if err != nil {
		s.say("%s is nobody: %s", name, canonical.Told(err))
		return nil
	}
	s.say("%s is %s %s", name, self.Status.UserInfo.Username, list(self.Status.UserInfo.Groups))
	_, err = other.kube.CoreV1().ConfigMaps(s.namespace).List(ctx, meta.ListOptions{})
	s.refused(name, err)
	role := &rbac.Role{ObjectMeta: meta.ObjectMeta{Name: name}, Rules: []rbac.PolicyRule{{Verbs: []string{"list"}, APIGroups: []string{""}, Resources: []string{"configmaps"}}}}
	if _, err := s.kube.RbacV1().Roles(s.namespace).Create(ctx, role, meta.CreateOptions{}); err != nil {
		return err
	}
	binding := &rbac.RoleBinding{ObjectMeta: meta.ObjectMeta{Name: name}, RoleRef: rbac.RoleRef{APIGroup: rbac.GroupName, Kind: "Role", Name: name}, Subjects: []rbac.Subject{subject}}
	if _, err := s.kube.RbacV1().RoleBindings(s.namespace).Create(ctx, binding, meta.CreateOptions{}); err != nil {
		return err
	}
	err = wait.PollUntilContextTimeout(ctx, 50*time.Millisecond, 20*time.Second, true, func(ctx context.Context) (bool, error) {
		_, err := other.kube.CoreV1().ConfigMaps(s.namespace).List(ctx, meta.ListOptions{})
		return err == nil, nil
	})
	s.say("%s may list: %s", name, canonical.Told(err))
	_, err = other.kube.CoreV1().ConfigMaps(s.namespace).Get(ctx, "kube-root-ca.crt", meta.GetOptions{})
	s.refused(name+" gets", err)
	rules, err := other.kube.RbacV1().Roles(s.namespace).Create(ctx, &rbac.Role{ObjectMeta: meta.ObjectMeta{Name: name + "-more"}, Rules: role.Rules}, meta.CreateOptions{})
	s.refused(name+" creates "+strings.TrimSpace(rules.GetName()), err)
	return nil
}
