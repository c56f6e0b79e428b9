package io.drover.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.auth.Caller;
import io.drover.apiserver.store.Retention;
import io.drover.testbed.Need;
import io.drover.testbed.Needs;
import io.drover.testbed.Parts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real kubectl against the embedded plane. */
@Needs(Need.GO)
class KubectlTest {

    private static final String WIDGETS =
            """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: widgets.example.com}
            spec:
              group: example.com
              scope: Namespaced
              names: {plural: widgets, kind: Widget, shortNames: [wd], categories: [all]}
              versions:
              - name: v1
                served: true
                storage: true
                additionalPrinterColumns:
                - {name: Size, type: integer, jsonPath: .spec.size}
                schema:
                  openAPIV3Schema:
                    type: object
                    properties:
                      spec:
                        type: object
                        properties:
                          size: {type: integer, maximum: 10, description: How large it is.}
            """;

    @TempDir
    static Path folder;

    private static EmbeddedPlane plane;
    private static HttpAdapter http;

    @BeforeAll
    static void start() throws IOException {
        plane = EmbeddedPlane.start(folder.resolve("data"), Retention.of(Duration.ofHours(1)), () -> null);
        http = new HttpAdapter(plane.server(), Caller.SYSTEM);
    }

    @AfterAll
    static void stop() {
        if (http != null) {
            http.close();
            plane.close();
        }
    }

    private static ProcessBuilder command(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Parts.kubectl().toString(), "--server=" + http.url(), "--cache-dir=" + folder.resolve("cache")));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("KUBECONFIG", folder.resolve("none").toString());
        return builder;
    }

    private static String kubectl(String... arguments) throws Exception {
        Path output = Files.createTempFile(folder, "out", "");
        Process process = command(arguments).redirectOutput(output.toFile()).start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return Files.readString(output);
    }

    private static String file(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content).toString();
    }

    private static String widget(String name, int size) {
        return "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: " + name + "}\nspec: {size: " + size + "}\n";
    }

    private static void defineWidgets() throws Exception {
        kubectl("apply", "-f", file("crd.yaml", WIDGETS));
        assertThat(kubectl("wait", "--for=condition=Established", "crd/widgets.example.com"))
                .contains("condition met");
    }

    @Test
    void createsByTypedCommands() throws Exception {
        assertThat(kubectl("create", "configmap", "typed", "--from-literal=a=b"))
                .isEqualTo("configmap/typed created\n");
        assertThat(kubectl("get", "configmap", "typed", "-o", "jsonpath={.data.a}"))
                .isEqualTo("b");
        kubectl("create", "secret", "generic", "s", "--from-literal=p=secret");
        assertThat(kubectl("get", "secret", "s", "-o", "jsonpath={.data.p} {.type}"))
                .isEqualTo("c2VjcmV0 Opaque");
        kubectl("create", "namespace", "made");
        assertThat(kubectl("get", "namespace", "made", "--no-headers")).contains("Active");
        kubectl("create", "clusterrole", "reader", "--verb=get,list", "--resource=configmaps");
        assertThat(kubectl("get", "clusterrole", "reader", "-o", "jsonpath={.rules[0].verbs}"))
                .isEqualTo("[\"get\",\"list\"]");
        kubectl("create", "clusterrolebinding", "readers", "--clusterrole=reader", "--user=jo");
        assertThat(kubectl("get", "clusterrolebinding", "readers", "-o", "wide"))
                .contains("ClusterRole/reader")
                .contains("jo");
        kubectl("create", "serviceaccount", "robot");
        assertThat(kubectl("describe", "serviceaccount", "robot")).contains("robot");
        assertThat(kubectl("auth", "whoami")).contains("system:drover");
        assertThat(kubectl("auth", "can-i", "delete", "secrets")).contains("yes");
    }

    @Test
    void appliesEditsAndDeletes() throws Exception {
        defineWidgets();
        String yaml = file("w.yaml", widget("w", 3));
        assertThat(kubectl("apply", "-f", yaml)).isEqualTo("widget.example.com/w created\n");
        assertThat(kubectl("apply", "-f", yaml)).isEqualTo("widget.example.com/w unchanged\n");
        assertThat(kubectl("apply", "-f", file("w.yaml", widget("w", 4))))
                .isEqualTo("widget.example.com/w configured\n");
        assertThat(kubectl("diff", "-f", file("d.yaml", widget("w", 5)))).contains("+  size: 5");
        assertThat(kubectl("apply", "--server-side", "-f", yaml))
                .isEqualTo("widget.example.com/w serverside-applied\n");
        assertThat(kubectl("apply", "--server-side", "--field-manager=other", "-f", file("o.yaml", widget("w", 6))))
                .contains("Apply failed with 1 conflict");
        assertThat(kubectl("apply", "-f", file("big.yaml", widget("w", 11))))
                .contains("spec.size in body should be less than or equal to 10");
        assertThat(kubectl("apply", "-f", file("odd.yaml", widget("w", 4).replace("spec: {", "spec: {colour: x, "))))
                .contains("unknown field \"spec.colour\"");
        String editor = file("editor.sh", "#!/bin/sh\nsed -i 's/size: 4/size: 7/' \"$1\"\n");
        assertThat(Path.of(editor).toFile().setExecutable(true)).isTrue();
        ProcessBuilder edit = command("edit", "widget", "w");
        edit.environment().put("KUBE_EDITOR", editor);
        Process editing = edit.start();
        assertThat(new String(editing.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("edited");
        assertThat(kubectl("get", "wd")).containsPattern("NAME +SIZE").containsPattern("w +7");
        assertThat(kubectl("label", "wd", "w", "a=b")).contains("labeled");
        assertThat(kubectl("describe", "wd", "w")).contains("Size:  7").contains("a=b");
        assertThat(kubectl("get", "all")).containsPattern("w +7");
        assertThat(kubectl("delete", "wd", "w")).contains("\"w\" deleted");
    }

    @Test
    void explainsWhatThereIs() throws Exception {
        defineWidgets();
        assertThat(kubectl("explain", "widget.spec.size"))
                .contains("FIELD: size <integer>")
                .contains("How large it is.");
        assertThat(kubectl("explain", "secret", "--recursive")).contains("stringData\t<map[string]string>");
        assertThat(kubectl("explain", "clusters.management.cattle.io.spec"))
                .contains("What the cluster's owner asked for.", "displayName\t<string>", "What the cluster is for.");
        assertThat(kubectl("api-resources"))
                .contains("management.cattle.io/v3")
                .containsPattern("widgets +wd +example.com/v1 +true +Widget");
    }

    /** It asks for the schemas in a form of its own, and applies nothing that it could not check. */
    @Test
    void anOldKubectlChecksWhatItApplies() throws Exception {
        defineWidgets();
        String old = Parts.oldKubectl().toString();
        assertThat(run(old, "apply", "-f", file("old.yaml", widget("old", 3))))
                .endsWith("widget.example.com/old created\n");
        assertThat(run(old, "apply", "-f", file("old.yaml", widget("old", 4))))
                .endsWith("widget.example.com/old configured\n");
        assertThat(run(old, "apply", "-f", file("odd.yaml", widget("old", 4).replace("spec: {", "spec: {colour: x, "))))
                .contains("unknown field \"colour\" in com.example.v1.Widget.spec");
        String map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: old}\ndata: {a: b}\n";
        assertThat(run(old, "apply", "-f", file("map.yaml", map))).endsWith("configmap/old created\n");
        assertThat(run(old, "explain", "widget.spec.size")).contains("How large it is.");
        assertThat(run(old, "get", "wd")).containsPattern("old +4");
        assertThat(run(old, "delete", "wd", "old")).contains("\"old\" deleted");
    }

    private static String run(String program, String... arguments) throws Exception {
        Path output = Files.createTempFile(folder, "out", "");
        ProcessBuilder builder = command(arguments);
        builder.command().set(0, program);
        Process process = builder.redirectOutput(output.toFile()).start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return Files.readString(output);
    }

    @Test
    void watches() throws Exception {
        kubectl("create", "configmap", "watched", "--from-literal=a=1");
        Process watching =
                command("get", "configmap", "-w", "--output-watch-events").start();
        try (var lines = watching.inputReader()) {
            assertThat(lines.readLine()).containsPattern("EVENT +NAME +DATA +AGE");
            assertThat(lines.readLine()).startsWith("ADDED");
            kubectl("patch", "configmap", "watched", "-p", "{\"data\":{\"b\":\"2\"}}");
            String line = lines.readLine();
            while (!line.contains("MODIFIED")) {
                line = lines.readLine();
            }
            assertThat(line).containsPattern("MODIFIED +watched +2");
        } finally {
            watching.destroy();
        }
    }
}
