package io.drover.apiserver.kind;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionBuilder;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Map;
import java.util.jar.JarFile;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.Version;

/**
 * Of which version a kind's definition is: that of the bundle which brings the kind. It is written beside the definition, so that an
 * older server over the same cluster can tell that a newer one has been there.
 *
 * @param version without a qualifier: builds of one version are equals
 */
public record DefinitionVersion(Version version) {

    static final String ANNOTATION = "drover.io/definition-version";

    public DefinitionVersion(Version version) {
        this.version = new Version(version.getMajor(), version.getMinor(), version.getMicro());
    }

    /** Of the kind as this process has it; the lowest there is for a class that is in no bundle. */
    public static DefinitionVersion of(Class<?> kind) {
        Bundle bundle = FrameworkUtil.getBundle(kind);
        return new DefinitionVersion(bundle == null ? ofArchive(kind) : bundle.getVersion());
    }

    /** Of the bundle's archive: commands that work without a server work without a framework, too. */
    private static Version ofArchive(Class<?> kind) {
        try {
            URI archive =
                    kind.getProtectionDomain().getCodeSource().getLocation().toURI();
            try (JarFile jar = new JarFile(new File(archive))) {
                return Version.parseVersion(
                        jar.getManifest().getMainAttributes().getValue(Constants.BUNDLE_VERSION));
            }
        } catch (IOException | URISyntaxException e) {
            return Version.emptyVersion; // classes in a folder
        }
    }

    /** As it was written beside a definition; the lowest there is if it was not, or by somebody else. */
    public static DefinitionVersion in(CustomResourceDefinition definition) {
        Map<String, String> annotations = definition.getMetadata().getAnnotations();
        String written = annotations == null ? null : annotations.get(ANNOTATION);
        try {
            return new DefinitionVersion(Version.parseVersion(written));
        } catch (IllegalArgumentException e) {
            return new DefinitionVersion(Version.emptyVersion);
        }
    }

    public boolean isOlderThan(DefinitionVersion other) {
        return version.compareTo(other.version) < 0;
    }

    /** A copy of the definition with this version beside it. */
    public CustomResourceDefinition mark(CustomResourceDefinition definition) {
        return new CustomResourceDefinitionBuilder(definition)
                .editMetadata()
                .addToAnnotations(ANNOTATION, toString())
                .endMetadata()
                .build();
    }

    @Override
    public String toString() {
        return version.toString();
    }
}
