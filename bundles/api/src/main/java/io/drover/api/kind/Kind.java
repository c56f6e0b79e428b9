package io.drover.api.kind;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Marks a record as a kind of object in the management plane. The kind's name is the record's simple name. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Kind {

    String group() default "management.cattle.io";

    String version() default "v3";

    /** Lower-case plural, as in the URL of the Kubernetes API. */
    String plural();

    boolean namespaced() default false;

    String[] shortNames() default {};

    /** Whether {@code status} is written through a subresource of its own. Rancher's management kinds have none. */
    boolean statusSubresource() default false;

    Column[] columns() default {};

    /** A column that {@code kubectl get} prints between NAME and AGE. */
    @interface Column {
        String name();

        /** JSONPath below the object, such as {@code .spec.displayName}. */
        String path();

        /** One of OpenAPI's {@code string integer number boolean date}. */
        String type() default "string";

        /** 0 = always, above = with {@code -o wide} only. */
        int priority() default 0;
    }
}
