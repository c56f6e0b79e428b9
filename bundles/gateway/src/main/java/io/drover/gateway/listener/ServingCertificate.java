package io.drover.gateway.listener;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Set;
import java.util.function.Supplier;
import org.eclipse.jetty.http2.HTTP2Cipher;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate that callers see. It lives in memory: clients trust the authority, so a fresh one at every start, and whenever this
 * server's names change, costs nothing. Connections that are open keep the one they began with.
 */
public final class ServingCertificate {

    private static final Logger log = LoggerFactory.getLogger(ServingCertificate.class);
    private static final Duration RENEW_BEFORE = Duration.ofDays(30);

    private final CertificateAuthority authority;
    private final Supplier<Set<String>> wanted;
    private final Clock clock;
    private final String password;
    private final SslContextFactory.Server tls = new SslContextFactory.Server();

    private Set<String> names = Set.of();
    private Instant until;

    public ServingCertificate(CertificateAuthority authority, Supplier<Set<String>> wanted, Clock clock) {
        this.authority = authority;
        this.wanted = wanted;
        this.clock = clock;
        byte[] random = new byte[18];
        new SecureRandom().nextBytes(random);
        this.password = Base64.getEncoder().encodeToString(random);
        tls.setIncludeProtocols("TLSv1.3", "TLSv1.2");
        tls.setCipherComparator(HTTP2Cipher.COMPARATOR);
        tls.setUseCipherSuitesOrder(true);
        tls.setKeyStorePassword(password);
        issue(wanted.get(), tls);
    }

    public SslContextFactory.Server tls() {
        return tls;
    }

    /** Issues another certificate if the names have changed or this one is about to expire. */
    public synchronized void refresh() throws Exception {
        Set<String> now = wanted.get();
        if (!now.equals(names) || clock.instant().isAfter(until.minus(RENEW_BEFORE))) {
            tls.reload(factory -> issue(now, (SslContextFactory.Server) factory));
            log.info("The listener has a new certificate: names={}", now);
        }
    }

    private void issue(Set<String> forNames, SslContextFactory.Server factory) {
        CertificateAuthority.Issued issued = authority.issue(forNames, password.toCharArray());
        factory.setKeyStore(issued.keyStore());
        names = forNames;
        until = issued.until();
    }
}
