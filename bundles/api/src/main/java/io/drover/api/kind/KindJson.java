package io.drover.api.kind;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyName;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** Reads and writes the records of kinds in their stored form: by their stored names, absent for null, unknown fields ignored. */
public final class KindJson {

    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .annotationIntrospector(new StoredNames())
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.USE_DEFAULTS))
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(MapperFeature.AUTO_DETECT_IS_GETTERS) // a record's questions are no fields
            .build();

    private KindJson() {}

    /** Shared, so not to be configured further. */
    public static ObjectMapper mapper() {
        return MAPPER;
    }

    private static final class StoredNames extends JacksonAnnotationIntrospector {

        private static final long serialVersionUID = 1L;

        @Override
        public PropertyName findNameForSerialization(Annotated annotated) {
            PropertyName stored = stored(annotated);
            return stored == null ? super.findNameForSerialization(annotated) : stored;
        }

        @Override
        public PropertyName findNameForDeserialization(Annotated annotated) {
            PropertyName stored = stored(annotated);
            return stored == null ? super.findNameForDeserialization(annotated) : stored;
        }

        private PropertyName stored(Annotated annotated) {
            Field field = _findAnnotation(annotated, Field.class);
            return field == null || field.stored().isEmpty() ? null : PropertyName.construct(field.stored());
        }
    }
}
