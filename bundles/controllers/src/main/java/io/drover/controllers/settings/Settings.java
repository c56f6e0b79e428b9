package io.drover.controllers.settings;

import io.drover.api.model.Setting;
import io.drover.api.plane.ManagementPlane;
import io.drover.api.plane.Resource;
import io.drover.api.plane.Watched;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.function.Consumer;

/** What holds now of the installation's settings; answers from memory. */
public final class Settings {

    public static final String SERVER_URL = "server-url";
    public static final String CA_CERTIFICATES = "cacerts";
    public static final String AGENT_IMAGE = "agent-image";
    public static final String REGISTRY = "system-default-registry";

    private final Watched<Setting> watched;

    public Settings(ManagementPlane plane) {
        this.watched = plane.watched(Setting.class);
    }

    /** The value, else the default, else nothing. */
    public String get(String name) {
        return watched.get(name).map(setting -> setting.value().effective()).orElse("");
    }

    /** Where agents and users reach this installation, without a slash at its end; nothing until it is set to a good URL. */
    public Optional<URI> serverUrl() {
        String url = get(SERVER_URL);
        try {
            URI parsed = new URI(url.endsWith("/") ? url.substring(0, url.length() - 1) : url);
            return "https".equals(parsed.getScheme()) && parsed.getHost() != null
                    ? Optional.of(parsed)
                    : Optional.empty();
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }

    /** The image, from the registry that clusters pull from. */
    public String pulled(String image) {
        String registry = get(REGISTRY);
        return registry.isEmpty() ? image : registry + "/" + image;
    }

    /** Tells the name of each setting that is there or changes, until closed; return quickly. */
    public AutoCloseable listen(Consumer<String> changed) {
        return watched.listen(new Watched.Listener<>() {
            @Override
            public void changed(Optional<Resource<Setting>> before, Resource<Setting> after) {
                if (before.isEmpty()
                        || !before.get()
                                .value()
                                .effective()
                                .equals(after.value().effective())) {
                    changed.accept(after.name());
                }
            }

            @Override
            public void deleted(Resource<Setting> last) {
                changed.accept(last.name());
            }
        });
    }
}
