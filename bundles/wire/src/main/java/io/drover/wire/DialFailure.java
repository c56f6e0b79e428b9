package io.drover.wire;

import java.util.Locale;

/** Why the far side could not connect to the address asked for. */
public enum DialFailure {
    REFUSED(1, "connect: connection refused"),
    TIMEOUT(2, "i/o timeout"),
    NO_SUCH_HOST(3, "no such host"),
    UNREACHABLE(4, "no route to host"),
    NOT_PERMITTED(5, "connect not allowed"),
    OTHER(6, "");

    private final int code;
    private final String text;

    DialFailure(int code, String text) {
        this.code = code;
        this.text = text;
    }

    /** The number in an OPENED frame. */
    public int code() {
        return code;
    }

    /** The words in which plain remotedialer ends say the same. */
    public String text() {
        return text;
    }

    static DialFailure ofCode(long code) {
        for (DialFailure failure : values()) {
            if (failure.code == code) {
                return failure;
            }
        }
        return OTHER;
    }

    /** What a plain peer's error text means. */
    static DialFailure ofText(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        if (lower.contains("connection refused")) {
            return REFUSED;
        }
        if (lower.contains("i/o timeout") || lower.contains("deadline exceeded") || lower.contains("timed out")) {
            return TIMEOUT;
        }
        if (lower.contains("no such host") || lower.contains("server misbehaving")) {
            return NO_SUCH_HOST;
        }
        if (lower.contains("no route to host") || lower.contains("network is unreachable")) {
            return UNREACHABLE;
        }
        return lower.contains("not allowed") ? NOT_PERMITTED : OTHER;
    }
}
