package io.drover.apiserver.request;

/** Takes what is to be said of a request besides its answer. */
public interface Remarks {

    /** Tells the caller something along with the answer. */
    void warn(String warning);

    /** Notes something for the audit. */
    void annotate(String key, String value);
}
