package io.drover.shell;

import io.drover.api.DroverException;
import io.drover.api.model.Setting;
import io.drover.api.plane.ManagementPlane;
import java.net.URI;
import java.net.URISyntaxException;

/** Settings that commands need. */
public final class SettingValue {

    private static final String SERVER_URL = "server-url";
    private static final String CA_CERTIFICATES = "cacerts";

    private SettingValue() {}

    /** @param given what the user gave instead of the setting; null for nothing */
    public static URI serverUrl(ManagementPlane plane, String given) {
        String url = given == null ? value(plane, SERVER_URL) : given;
        if (url.isEmpty()) {
            throw DroverException.rejected(
                    "The setting server-url is not set, so say where this server is reached, such as by --url "
                            + OwnAddress.example() + " before the name; a start with --host sets it");
        }
        try {
            URI uri = new URI(url);
            if ("https".equals(uri.getScheme()) && uri.getHost() != null) {
                return new URI(uri.getScheme(), uri.getRawAuthority(), null, null, null);
            }
        } catch (URISyntaxException e) {
            // Told below.
        }
        throw DroverException.rejected(url + " is not a URL of the form https://host[:port]");
    }

    /** PEM; empty when clients need none. */
    public static String caCertificates(ManagementPlane plane) {
        return value(plane, CA_CERTIFICATES);
    }

    private static String value(ManagementPlane plane, String name) {
        return plane.objects(Setting.class)
                .get(name)
                .map(setting -> setting.value().effective())
                .orElse("");
    }
}
