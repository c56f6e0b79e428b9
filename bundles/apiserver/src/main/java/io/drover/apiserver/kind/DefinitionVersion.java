package io.drover.apiserver.kind;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionBuilder;
import java.util.Map;
import java.util.Optional;
import org.osgi.framework.Bundle;
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

    /** Of the kind as this process has it; the lowest there is for a class of no bundle. */
    public static DefinitionVersion of(Class<?> kind) {
        return new DefinitionVersion(Optional.ofNullable(FrameworkUtil.getBundle(kind))
                .map(Bundle::getVersion)
                .orElse(Version.emptyVersion));
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
