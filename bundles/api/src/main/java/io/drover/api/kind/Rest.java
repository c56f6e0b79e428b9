package io.drover.api.kind;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * How a kind is shown under {@code /v3}. A kind without it has no {@code /v3} face.
 *
 * <p>The fields of a component named {@code spec} or {@code status} are shown at the top of the resource, those of {@code
 * status} read-only.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Rest {

    /** Type id, camelCase singular, such as {@code clusterRegistrationToken}. */
    String type();

    /** CamelCase plural. */
    String plural();

    /** Of {@code GET POST}. */
    String[] collectionMethods() default {"POST", "GET"};

    /** Of {@code GET PUT DELETE}. */
    String[] resourceMethods() default {"PUT", "DELETE", "GET"};

    /** What a generated name starts with, such as {@code c-}. */
    String idPrefix() default "";

    /**
     * The type that a namespaced kind belongs to, such as {@code cluster}: ids are then {@code {namespace}:{name}} and the namespace
     * comes from the field {@code {type}Id}. Empty for kinds of global scope.
     */
    String scope() default "";

    /** Whether {@code state}, {@code transitioning} and {@code transitioningMessage} are shown. */
    boolean stateful() default false;

    /** Whether a caller may choose the object's name in the field {@code name}; otherwise one is generated. */
    boolean namedByCaller() default false;

    /** Whether the caller must choose it. */
    boolean nameRequired() default false;
}
