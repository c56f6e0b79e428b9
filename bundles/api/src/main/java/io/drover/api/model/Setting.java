package io.drover.api.model;

import io.drover.api.kind.Description;
import io.drover.api.kind.Field;
import io.drover.api.kind.Kind;
import io.drover.api.kind.Kind.Column;
import io.drover.api.kind.Rest;

/** A setting of the whole installation; its name is the setting's. */
@Kind(plural = "settings", columns = @Column(name = "Value", path = ".value"))
@Rest(type = "setting", plural = "settings", namedByCaller = true, nameRequired = true)
@Description("A setting of the whole installation. Its name is the setting's.")
public record Setting(
        @Description("What was set; empty if the default holds.") @Field(required = true) String value,
        @Description("What holds unless a value is set.") @Field(stored = "default", create = false, update = false)
                String defaultValue,
        @Description("Whether a value is set.")
                @Field(create = false, update = false, nullable = false, defaultValue = "false")
                Boolean customized,
        @Description("Where the value comes from: the environment, this object, or the default.")
                @Field(
                        type = "enum",
                        options = {"db", "default", "env"},
                        create = false,
                        update = false)
                String source) {

    /** What holds: the value if one was set, else the default. */
    public String effective() {
        if (value != null && !value.isEmpty()) {
            return value;
        }
        return defaultValue == null ? "" : defaultValue;
    }
}
