package io.drover.testbed;

/** Something that the testbed needs is missing or failed; the message says what, and what to do about it. */
public final class TestbedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public TestbedException(String message) {
        super(message);
    }

    public TestbedException(String message, Throwable cause) {
        super(message, cause);
    }
}
