package io.drover.api.auth;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Makes and checks hashes of local users' passwords: an OSGi service of the bundle that signs local users in.
 *
 * <p>Any thread. A call takes long on purpose, tens of milliseconds and megabytes: callers bound how many run at once.
 */
@ConsumerType
public interface PasswordHasher {

    /** @return what is stored: a string that names its own method, parameters and salt */
    String hash(String password);

    /** @return false also for a hash that can't be read */
    boolean matches(String hash, String password);
}
