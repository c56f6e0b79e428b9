package io.drover.gateway.listener;

import io.drover.api.DroverException;
import io.drover.api.Fault;
import io.drover.api.model.Setting;
import io.drover.api.plane.ManagementPlane;
import io.drover.api.plane.Objects;
import io.drover.api.plane.Resource;
import io.drover.api.plane.Watched;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The two settings that the listener knows. */
final class Settings {

    private static final String SERVER_URL = "server-url";
    private static final String CA_CERTIFICATES = "cacerts";

    private final Watched<Setting> watched;
    private final Objects<Setting> stored;

    Settings(ManagementPlane plane) {
        this.watched = plane.watched(Setting.class);
        this.stored = plane.objects(Setting.class);
    }

    /** How callers reach this server; empty as long as nobody has said. */
    String serverUrl() {
        return watched.get(SERVER_URL)
                .map(setting -> setting.value().effective())
                .orElse("");
    }

    /** Calls {@code changed} whenever {@link #serverUrl} may have changed, on a thread that must not wait. */
    AutoCloseable onServerUrl(Runnable changed) {
        return watched.listen(new Watched.Listener<>() {
            @Override
            public void changed(Optional<Resource<Setting>> before, Resource<Setting> after) {
                if (after.name().equals(SERVER_URL)) {
                    changed.run();
                }
            }

            @Override
            public void deleted(Resource<Setting> last) {
                if (last.name().equals(SERVER_URL)) {
                    changed.run();
                }
            }
        });
    }

    /** Tells agents and users whom to trust. One that an administrator has set is left as it is. */
    void publish(String caCertificates) {
        change(
                CA_CERTIFICATES,
                setting -> Boolean.TRUE.equals(setting.customized())
                        ? setting
                        : new Setting(caCertificates, setting.defaultValue(), false, "default"));
    }

    /** Says how callers reach this server, as its configuration has it, unless somebody has said so already. */
    void suggestServerUrl(String url) {
        change(
                SERVER_URL,
                setting ->
                        setting.effective().isEmpty() ? new Setting(url, setting.defaultValue(), true, "db") : setting);
    }

    private void change(String name, UnaryOperator<Setting> change) {
        if (stored.get(name).isEmpty()) {
            try {
                stored.create(Resource.named(name, change.apply(new Setting("", "", false, "default"))));
            } catch (DroverException e) {
                if (e.fault() != Fault.CONFLICT) {
                    throw e;
                }
            }
        }
        stored.edit(name, setting -> setting.with(change));
    }
}
