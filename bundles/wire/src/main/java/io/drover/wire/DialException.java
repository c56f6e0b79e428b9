package io.drover.wire;

import java.io.IOException;

/** The far side did not reach the address a stream was opened for. */
public final class DialException extends IOException {

    private static final long serialVersionUID = 1L;

    private final DialFailure failure;

    public DialException(DialFailure failure, String message) {
        super(message);
        this.failure = failure;
    }

    public DialFailure failure() {
        return failure;
    }
}
