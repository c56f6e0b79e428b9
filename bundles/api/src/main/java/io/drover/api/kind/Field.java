package io.drover.api.kind;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What the Java type of a record component does not say of a field.
 *
 * <p>A component without it is an optional, nullable field that may be set on create and on update, with the type that follows
 * from Java's: {@code String} string, {@code int/long} int, {@code boolean} boolean, an enum or options enum, {@code List} array,
 * {@code Map} map, a record a type of its own. Boxed types are absent when null.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.RECORD_COMPONENT, ElementType.FIELD, ElementType.METHOD, ElementType.PARAMETER})
public @interface Field {

    /** Name in the stored object, if it can't be a Java identifier or differs. */
    String stored() default "";

    /** Name under {@code /v3}, if it differs from the stored one, as {@code displayName} is shown as {@code name}. */
    String rest() default "";

    /** Type under {@code /v3}, if Java's does not say it: {@code dnsLabel}, {@code date}, {@code password}, {@code reference[cluster]}… */
    String type() default "";

    boolean create() default true;

    boolean update() default true;

    boolean required() default false;

    boolean nullable() default true;

    /** The value of a field that was not sent, in its JSON form. */
    String defaultValue() default "";

    String[] options() default {};

    long min() default Long.MIN_VALUE;

    long max() default Long.MAX_VALUE;

    long minLength() default 0;

    long maxLength() default Long.MAX_VALUE;

    /** Returned only in the answer to the request that created it. */
    boolean writeOnly() default false;

    /** Kept in the stored object and never shown under {@code /v3}. */
    boolean hidden() default false;
}
