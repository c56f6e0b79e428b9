package io.drover.apiserver.admission;

import static io.drover.apiserver.access.Plane.made;
import static org.assertj.core.api.Assertions.assertThat;

import io.drover.api.DroverException;
import io.drover.api.plane.Admission;
import io.drover.apiserver.Asking.Answered;
import io.drover.apiserver.access.Plane;
import io.drover.apiserver.serve.Environment;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginAdmissionTest {

    private static final String MAPS = "/api/v1/namespaces/n/configmaps";

    @TempDir
    Path data;

    private final List<Admission> admissions = new CopyOnWriteArrayList<>();
    private Plane plane;

    private void start() {
        plane = new Plane(data, Environment.with(() -> null).withAdmissions(() -> admissions));
    }

    @AfterEach
    void stop() {
        plane.close();
    }

    /** Labels what is created, and refuses what is named so. */
    private static final class OfMaps implements Admission {
        final List<Change> seen = new CopyOnWriteArrayList<>();

        @Override
        public Set<String> resources() {
            return Set.of("/configmaps");
        }

        @Override
        public void mutate(Change change) {
            change.object().withObject("/metadata/labels").put("seen", "yes");
        }

        @Override
        public void validate(Change change) {
            seen.add(change);
            switch (change.name()) {
                case "denied" -> throw DroverException.denied("nobody may");
                case "rejected" -> throw DroverException.rejected("it can't be");
                case "broken" -> throw new IllegalStateException("a defect");
                default -> {}
            }
        }
    }

    @Test
    void itChangesAndRefusesWhatItWantsToSee() {
        start();
        OfMaps admission = new OfMaps();
        admissions.add(admission);

        Answered created = plane.system.post(MAPS, "{'metadata':{'name':'a'}}");
        made(created);
        assertThat(created.json().at("/metadata/labels/seen").asText()).isEqualTo("yes");
        made(plane.system.post("/api/v1/namespaces/n/secrets", "{'metadata':{'name':'denied'}}"));
        plane.system.delete(MAPS + "/a");
        assertThat(admission.seen)
                .extracting(change -> change.operation().name())
                .containsExactly("CREATE", "DELETE");

        assertThat(plane.system.post(MAPS, "{'metadata':{'name':'denied'}}").message())
                .isEqualTo("configmaps \"denied\" is forbidden: nobody may");
        assertThat(plane.system.post(MAPS, "{'metadata':{'name':'rejected'}}").message())
                .isEqualTo("ConfigMap \"rejected\" is invalid: it can't be");
        assertThat(plane.system.post(MAPS, "{'metadata':{'name':'broken'}}").status())
                .isEqualTo(500);
        assertThat(plane.system.get(MAPS + "/broken").status()).isEqualTo(404);
    }

    @Test
    void theFirstIsAskedFirst() {
        start();
        admissions.add(new OfMaps());
        admissions.add(new Admission() {
            @Override
            public Set<String> resources() {
                return Set.of("*");
            }

            @Override
            public void mutate(Change change) {
                if (change.object().at("/metadata/labels/seen").asText().equals("yes")) {
                    change.object().withObject("/metadata/labels").put("second", "yes");
                }
            }
        });

        assertThat(plane.system
                        .post(MAPS, "{'metadata':{'name':'a'}}")
                        .json()
                        .at("/metadata/labels/second")
                        .asText())
                .isEqualTo("yes");
    }
}
