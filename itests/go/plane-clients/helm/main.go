// Command helm leads a release through its life by Helm's library, and prints what comes of it, without what is another each time.
//
//	helm -kubeconfig FILE
package main

import (
	"context"
	"embed"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"sort"
	"strings"
	"time"

	"helm.sh/helm/v3/pkg/action"
	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/release"
	core "k8s.io/api/core/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/cli-runtime/pkg/genericclioptions"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"

	"io.drover/itests/plane-clients/canonical"
)

const (
	namespace = "helm-shop"
	name      = "shop"
	limit     = time.Minute
)

//go:embed chart
var files embed.FS

type values = map[string]any

func main() {
	kubeconfig := flag.String("kubeconfig", "", "file that says where the API is")
	flag.Parse()
	flags := genericclioptions.NewConfigFlags(true).WithWrapConfigFn(func(config *rest.Config) *rest.Config {
		config.QPS = -1
		return config
	})
	*flags.KubeConfig = *kubeconfig
	*flags.Namespace = namespace
	if err := live(flags); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// live does what is done to a release from its installation to its end.
func live(flags *genericclioptions.ConfigFlags) error {
	config := &action.Configuration{}
	if err := config.Init(flags, namespace, "secret", func(string, ...any) {}); err != nil {
		return err
	}
	shop, err := readChart()
	if err != nil {
		return err
	}
	client, err := flags.ToRESTConfig()
	if err != nil {
		return err
	}
	objects, err := dynamic.NewForConfig(client)
	if err != nil {
		return err
	}
	l := &life{config: config, chart: shop, objects: objects}
	for _, step := range []func() error{
		l.lookBefore, l.install, l.installAgain, l.upgrade, l.changeByHand, l.failToUpgrade, l.rollBackByItself, l.rollBack, l.uninstall,
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

type life struct {
	config  *action.Configuration
	chart   *chart.Chart
	objects dynamic.Interface
}

func readChart() (*chart.Chart, error) {
	var buffered []*loader.BufferedFile
	err := fs.WalkDir(files, "chart", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := files.ReadFile(path)
		buffered = append(buffered, &loader.BufferedFile{Name: strings.TrimPrefix(path, "chart/"), Data: data})
		return err
	})
	if err != nil {
		return nil, err
	}
	return loader.LoadFiles(buffered)
}

func (l *life) installer() *action.Install {
	install := action.NewInstall(l.config)
	install.ReleaseName, install.Namespace, install.CreateNamespace = name, namespace, true
	install.Wait, install.WaitForJobs, install.Timeout = true, true, limit
	return install
}

// lookBefore asks the server what would come, and leaves nothing behind.
func (l *life) lookBefore() error {
	install := l.installer()
	install.DryRun, install.DryRunOption = true, "server"
	install.Wait = false
	install.SkipCRDs = false
	planned, err := install.Run(l.chart, values{})
	if err != nil {
		fmt.Println("dry run:", canonical.Told(err))
	} else {
		fmt.Println("dry run:", planned.Info.Status, canonical.Masked(planned.Manifest))
	}
	_, err = l.objects.Resource(namespaces).Get(context.Background(), namespace, meta.GetOptions{})
	fmt.Println("nothing came of it:", canonical.Told(err))
	return nil
}

func (l *life) install() error {
	installed, err := l.installer().Run(l.chart, values{})
	if err != nil {
		return err
	}
	l.show("install", installed)
	return nil
}

func (l *life) installAgain() error {
	_, err := l.installer().Run(l.chart, values{})
	fmt.Println("install again:", canonical.Told(err))
	other := l.installer()
	other.ReleaseName = "other"
	_, err = other.Run(l.chart, values{})
	fmt.Println("install what is another's:", canonical.Told(err))
	return nil
}

func (l *life) upgrader() *action.Upgrade {
	upgrade := action.NewUpgrade(l.config)
	upgrade.Namespace, upgrade.Wait, upgrade.Timeout = namespace, true, limit
	return upgrade
}

func (l *life) upgrade() error {
	kube, err := l.config.KubernetesClientSet()
	if err != nil {
		return err
	}
	if _, err := kube.CoreV1().ConfigMaps(namespace).Create(context.Background(), &core.ConfigMap{ObjectMeta: meta.ObjectMeta{Name: "given"}, Data: map[string]string{"k": "v"}}, meta.CreateOptions{}); err != nil {
		return err
	}
	upgraded, err := l.upgrader().Run(name, l.chart, values{"title": "second", "wares": 5, "more": true})
	if err != nil {
		return err
	}
	l.show("upgrade", upgraded)
	return nil
}

// changeByHand changes what the release has, which the next upgrade keeps where it does not say otherwise.
func (l *life) changeByHand() error {
	kube, err := l.config.KubernetesClientSet()
	if err != nil {
		return err
	}
	maps := kube.CoreV1().ConfigMaps(namespace)
	object, err := maps.Get(context.Background(), "shop", meta.GetOptions{})
	if err != nil {
		return err
	}
	object.Data["title"], object.Data["own"] = "by hand", "by hand"
	if _, err := maps.Update(context.Background(), object, meta.UpdateOptions{}); err != nil {
		return err
	}
	gadgets := l.objects.Resource(gadgets).Namespace(namespace)
	gadget, err := gadgets.Get(context.Background(), "shop", meta.GetOptions{})
	if err != nil {
		return err
	}
	gadget.Object["spec"].(map[string]any)["colour"] = "green"
	if _, err = gadgets.Update(context.Background(), gadget, meta.UpdateOptions{}); err != nil {
		return err
	}
	upgrade := l.upgrader()
	upgrade.ReuseValues = true
	upgraded, err := upgrade.Run(name, l.chart, values{"title": "third", "more": false})
	if err != nil {
		return err
	}
	l.show("upgrade after changes by hand", upgraded)
	return nil
}

func (l *life) failToUpgrade() error {
	failed, err := l.upgrader().Run(name, l.chart, values{"wares": 11})
	fmt.Println("upgrade to what is invalid:", canonical.Told(err))
	l.show("failed upgrade", failed)
	return nil
}

func (l *life) rollBackByItself() error {
	upgrade := l.upgrader()
	upgrade.Atomic, upgrade.CleanupOnFail = true, true
	_, err := upgrade.Run(name, l.chart, values{"wares": 12, "more": true})
	fmt.Println("atomic upgrade to what is invalid:", canonical.Told(err))
	return l.showNow("after the atomic upgrade")
}

func (l *life) rollBack() error {
	rollback := action.NewRollback(l.config)
	rollback.Version, rollback.Wait, rollback.Timeout = 2, true, limit
	if err := rollback.Run(name); err != nil {
		return err
	}
	if err := l.showNow("rollback"); err != nil {
		return err
	}
	history, err := action.NewHistory(l.config).Run(name)
	if err != nil {
		return err
	}
	sort.Slice(history, func(i, j int) bool { return history[i].Version < history[j].Version })
	for _, entry := range history {
		fmt.Println("history:", entry.Version, entry.Info.Status, entry.Chart.Metadata.Version, canonical.Masked(entry.Info.Description))
	}
	lister := action.NewList(l.config)
	lister.All, lister.StateMask = true, action.ListAll
	releases, err := lister.Run()
	if err != nil {
		return err
	}
	for _, release := range releases {
		fmt.Println("list:", release.Name, release.Namespace, release.Version, release.Info.Status)
	}
	return nil
}

func (l *life) uninstall() error {
	uninstall := action.NewUninstall(l.config)
	uninstall.Wait, uninstall.Timeout, uninstall.DeletionPropagation = true, limit, "foreground"
	response, err := uninstall.Run(name)
	if err != nil {
		return err
	}
	fmt.Println("uninstall:", strings.ReplaceAll(response.Info, "\n", " "))
	_, err = action.NewStatus(l.config).Run(name)
	fmt.Println("status:", canonical.Told(err))
	l.showObjects("uninstall")
	return nil
}

func (l *life) showNow(what string) error {
	status := action.NewStatus(l.config)
	current, err := status.Run(name)
	if err != nil {
		return err
	}
	l.show(what, current)
	return nil
}

func (l *life) show(what string, r *release.Release) {
	if r != nil {
		fmt.Println(what+":", r.Name, r.Version, r.Info.Status, r.Info.Description, strings.TrimSpace(r.Info.Notes))
		for _, hook := range r.Hooks {
			fmt.Println(what+": hook", hook.Name, hook.Weight, hook.LastRun.Phase)
		}
		for kind, objects := range r.Info.Resources {
			fmt.Println(what+": resources", kind, len(objects))
		}
	}
	l.showObjects(what)
}

var (
	namespaces = schema.GroupVersionResource{Version: "v1", Resource: "namespaces"}
	gadgets    = schema.GroupVersionResource{Group: "helm.example.com", Version: "v1", Resource: "gadgets"}
	shown      = []schema.GroupVersionResource{
		{Version: "v1", Resource: "configmaps"}, {Version: "v1", Resource: "secrets"}, {Version: "v1", Resource: "serviceaccounts"},
		{Version: "v1", Resource: "resourcequotas"},
		{Group: "rbac.authorization.k8s.io", Version: "v1", Resource: "roles"},
		{Group: "rbac.authorization.k8s.io", Version: "v1", Resource: "rolebindings"},
		gadgets,
	}
)

func (l *life) showObjects(what string) {
	for _, resource := range shown {
		all, err := l.objects.Resource(resource).Namespace(namespace).List(context.Background(), meta.ListOptions{})
		if err != nil {
			fmt.Println(what+":", resource.Resource, canonical.Told(err))
			continue
		}
		sort.Slice(all.Items, func(i, j int) bool { return all.Items[i].GetName() < all.Items[j].GetName() })
		for _, object := range all.Items {
			if object.GetName() == "kube-root-ca.crt" || object.GetName() == "default" {
				continue
			}
			if labels := object.GetLabels(); labels["owner"] == "helm" {
				fmt.Println(what+": release", object.GetName(), labels["name"], labels["version"], labels["status"], object.Object["type"])
				continue
			}
			withoutStatus(&object)
			fmt.Println(what+":", resource.Resource, canonical.Of(object.Object))
		}
	}
}

// withoutStatus leaves out what the server adds by itself, and when it likes.
func withoutStatus(object *unstructured.Unstructured) {
	delete(object.Object, "status")
	object.SetManagedFields(slices.DeleteFunc(object.GetManagedFields(), func(entry meta.ManagedFieldsEntry) bool {
		return entry.Subresource == "status"
	}))
}
