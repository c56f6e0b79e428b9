package io.drover.rest;

import io.drover.api.kind.RestField;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Fields that no record describes. */
final class Fields {

    private Fields() {}

    /** One that may be set, need not be, and is stored nowhere by itself. */
    static RestField plain(String name, String type, boolean secret) {
        return new RestField(
                name,
                type,
                true,
                true,
                false,
                true,
                Optional.empty(),
                List.of(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                false,
                secret,
                "",
                List.of());
    }
}
