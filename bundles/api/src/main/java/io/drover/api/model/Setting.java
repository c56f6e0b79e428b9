package io.drover.api.model;

import io.drover.api.kind.Field;
import io.drover.api.kind.Kind;
import io.drover.api.kind.Kind.Column;
import io.drover.api.kind.Rest;

/** A setting of the whole installation; its name is the setting's. */
@Kind(plural = "settings", columns = @Column(name = "Value", path = ".value"))
@Rest(type = "setting", plural = "settings", namedByCaller = true, nameRequired = true)
public record Setting(
        @Field(required = true) String value,
        @Field(stored = "default", create = false, update = false) String defaultValue,
        @Field(create = false, update = false, nullable = false, defaultValue = "false") Boolean customized,
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
