package io.drover.api;

import java.util.Objects;
import java.util.Optional;

/**
 * The one exception that crosses a public method: a sentence for its reader, and the {@link Fault} that says who has
 * to act. Whoever throws it does not log it.
 */
public final class DroverException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Fault fault;
    private final String code;
    private final String field;

    public DroverException(Fault fault, String message) {
        this(fault, message, null, null, null);
    }

    public DroverException(Fault fault, String message, Throwable cause) {
        this(fault, message, null, null, cause);
    }

    private DroverException(Fault fault, String message, String code, String field, Throwable cause) {
        super(message, cause);
        this.fault = Objects.requireNonNull(fault);
        this.code = code;
        this.field = field;
    }

    /**
     * A field of a request that can't be accepted.
     *
     * @param code the reason as {@code /v3} names it, such as {@code MissingRequired} or {@code NotUnique}
     * @param field the field as its author wrote it
     */
    public static DroverException invalid(String code, String field, String message) {
        return new DroverException(Fault.REJECTED, message, code, field, null);
    }

    public static DroverException rejected(String message) {
        return new DroverException(Fault.REJECTED, message);
    }

    /** @param code as for {@link #invalid} */
    public static DroverException unauthenticated(String code, String message) {
        return new DroverException(Fault.UNAUTHENTICATED, message, code, null, null);
    }

    public static DroverException denied(String message) {
        return new DroverException(Fault.DENIED, message);
    }

    /** @param code the reason as {@code /v3} names it */
    public static DroverException denied(String code, String message) {
        return new DroverException(Fault.DENIED, message, code, null, null);
    }

    public static DroverException notFound(String message) {
        return new DroverException(Fault.NOT_FOUND, message);
    }

    public static DroverException unavailable(String message) {
        return new DroverException(Fault.UNAVAILABLE, message);
    }

    public Fault fault() {
        return fault;
    }

    /** The reason as {@code /v3} names it; empty when the fault alone says it. */
    public Optional<String> code() {
        return Optional.ofNullable(code);
    }

    /** The field at fault, if it was one. */
    public Optional<String> field() {
        return Optional.ofNullable(field);
    }
}
