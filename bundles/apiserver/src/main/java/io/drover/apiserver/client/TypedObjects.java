package io.drover.apiserver.client;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.drover.api.DroverException;
import io.drover.api.Fault;
import io.drover.api.plane.Objects;
import io.drover.api.plane.Resource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@link Objects} by a Kubernetes client. */
final class TypedObjects<K extends Record> implements Objects<K> {

    private static final Logger log = LoggerFactory.getLogger(TypedObjects.class);
    private static final int ATTEMPTS = 50;
    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

    private final KubernetesClient client;
    private final TypedForm<K> form;

    TypedObjects(KubernetesClient client, Class<K> type) {
        this.client = client;
        this.form = new TypedForm<>(type);
    }

    private MixedOperation<
                    GenericKubernetesResource,
                    GenericKubernetesResourceList,
                    io.fabric8.kubernetes.client.dsl.Resource<GenericKubernetesResource>>
            all() {
        return client.genericKubernetesResources(form.context());
    }

    private NonNamespaceOperation<
                    GenericKubernetesResource,
                    GenericKubernetesResourceList,
                    io.fabric8.kubernetes.client.dsl.Resource<GenericKubernetesResource>>
            in(String namespace) {
        if (form.definition().namespaced() == (namespace == null)) {
            throw DroverException.rejected(form.definition().plural()
                    + (namespace == null ? " need a namespace" : " are of cluster scope and have no namespace"));
        }
        return namespace == null ? all() : all().inNamespace(namespace);
    }

    @Override
    public Optional<Resource<K>> get(String namespace, String name) {
        return ClientFailures.translated(
                () -> Optional.ofNullable(in(namespace).withName(name).get()).map(form::read));
    }

    @Override
    public List<Resource<K>> list() {
        return ClientFailures.translated(() -> fitting(all().inAnyNamespace().list()));
    }

    @Override
    public List<Resource<K>> list(String namespace) {
        return ClientFailures.translated(() -> fitting(in(namespace).list()));
    }

    /** Without those that another installation left in a form that the kind can't have: they must not hide all others. */
    private List<Resource<K>> fitting(GenericKubernetesResourceList list) {
        List<Resource<K>> fitting = new ArrayList<>();
        for (GenericKubernetesResource object : list.getItems()) {
            try {
                fitting.add(form.read(object));
            } catch (IllegalArgumentException e) {
                log.debug(
                        "An object does not fit its kind and is left out: kind={} name={} reason={}",
                        form.definition(),
                        object.getMetadata().getName(),
                        e.getMessage());
            }
        }
        return fitting;
    }

    @Override
    public Resource<K> create(Resource<K> resource) {
        return ClientFailures.translated(() -> form.read(in(resource.metadata().getNamespace())
                .resource(form.write(resource))
                .create()));
    }

    @Override
    public Resource<K> edit(String namespace, String name, UnaryOperator<Resource<K>> change) {
        for (int attempt = 1; ; attempt++) {
            Resource<K> before = get(namespace, name)
                    .orElseThrow(
                            () -> DroverException.notFound(form.definition().plural() + " \"" + name + "\" not found"));
            ObjectNode was = form.json(before);
            String version = before.metadata().getResourceVersion();
            Optional<ObjectNode> patch = TypedForm.difference(was, form.json(change.apply(before)));
            if (patch.isEmpty()) {
                return before;
            }
            try {
                return write(namespace, name, patch.get(), version);
            } catch (DroverException e) {
                if (e.fault() != Fault.CONFLICT || attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private Resource<K> write(String namespace, String name, ObjectNode patch, String version) {
        return ClientFailures.translated(() -> {
            var object = in(namespace).withName(name);
            ObjectNode status = null;
            if (form.definition().statusSubresource() && patch.has("status")) {
                status = patch.objectNode();
                status.set("status", patch.remove("status"));
            }
            GenericKubernetesResource written = null;
            if (!patch.isEmpty()) {
                written = object.patch(MERGE, tied(patch, version).toString());
            }
            if (status != null) {
                String now = written == null ? version : written.getMetadata().getResourceVersion();
                written = object.subresource("status")
                        .patch(MERGE, tied(status, now).toString());
            }
            return form.read(written);
        });
    }

    private static ObjectNode tied(ObjectNode patch, String version) {
        patch.withObject("/metadata").put("resourceVersion", version);
        return patch;
    }

    @Override
    public void delete(String namespace, String name) {
        ClientFailures.translated(() -> in(namespace).withName(name).delete());
    }
}
