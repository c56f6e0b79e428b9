/**
 * The audit: records of what was asked of Drover, kept in files of JSON lines that are a chain of hashes.
 *
 * <p>A request thread leaves what it knows in an {@link io.drover.audit.OpenRecord}; the one thread of {@link io.drover.audit.Trail} puts
 * it into words without secrets ({@link io.drover.audit.Wording}) and appends it to the {@link io.drover.audit.Journal}. {@link
 * io.drover.audit.Search} and {@link io.drover.audit.Verifier} read the files.
 */
package io.drover.audit;
