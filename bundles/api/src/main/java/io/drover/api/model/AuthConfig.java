package io.drover.api.model;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.drover.api.kind.Description;
import io.drover.api.kind.Field;
import io.drover.api.kind.Kind;
import io.drover.api.kind.Kind.Column;
import io.drover.api.kind.Rest;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The configuration of an identity provider; its name is the provider's. */
@Kind(
        plural = "authconfigs",
        columns = {
            @Column(name = "Type", path = ".type"),
            @Column(name = "Enabled", path = ".enabled", type = "boolean"),
            @Column(name = "Access", path = ".accessMode")
        })
@Rest(
        type = "authConfig",
        plural = "authConfigs",
        collectionMethods = "GET",
        resourceMethods = {"PUT", "GET"})
@Description("The configuration of an identity provider. Its name is the provider's.")
public record AuthConfig(
        @Description("What is configured, such as openLdapConfig.") @Field(update = false) String type,
        @Description("Whether people can sign in with it.") @Field(nullable = false, defaultValue = "false")
                Boolean enabled,
        @Description(
                        "Who may sign in: everybody (unrestricted), whoever is allowed by name or group (required), or these and members of clusters and projects (restricted).")
                @Field(
                        nullable = false,
                        required = true,
                        options = {"required", "restricted", "unrestricted"})
                String accessMode,
        @Description("Who is allowed, by name or group.") @Field(type = "array[reference[principal]]")
                List<String> allowedPrincipalIds,
        Map<String, Object> settings) {

    /**
     * @param type what is configured, such as {@code openLdapConfig}
     * @param accessMode who may sign in: {@code unrestricted} everybody the provider knows, {@code required} those who are allowed by
     *     name or group, {@code restricted} these and members of clusters and projects
     * @param settings the fields of that type, beside these in the stored object; secrets are references {@code namespace:name}
     */
    public AuthConfig(
            @JsonProperty("type") String type,
            @JsonProperty("enabled") Boolean enabled,
            @JsonProperty("accessMode") String accessMode,
            @JsonProperty("allowedPrincipalIds") List<String> allowedPrincipalIds,
            @JsonAnySetter Map<String, Object> settings) {
        this.type = type;
        this.enabled = enabled;
        this.accessMode = accessMode;
        this.allowedPrincipalIds = allowedPrincipalIds == null ? List.of() : List.copyOf(allowedPrincipalIds);
        Map<String, Object> own = settings == null ? new LinkedHashMap<>() : new LinkedHashMap<>(settings);
        own.keySet().removeAll(List.of("apiVersion", "kind", "metadata"));
        this.settings = Collections.unmodifiableMap(own);
    }

    @Override
    @JsonAnyGetter
    public Map<String, Object> settings() {
        return settings;
    }

    public boolean isEnabled() {
        return Boolean.TRUE.equals(enabled);
    }
}
