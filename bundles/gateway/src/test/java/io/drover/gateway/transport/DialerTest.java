package io.drover.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.eclipse.jetty.util.Promise;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DialerTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "169.254.169.254",
                "::ffff:169.254.169.254",
                "fe80::1",
                "fd00:ec2::254",
                "100.100.100.200",
                "0.0.0.0",
                "::",
                "224.0.0.1",
                "127.0.0.1",
                "127.1.2.3",
                "::1",
                "localhost"
            })
    void addressesThatOnlyThisMachineReachesAreNotDialled(String host) {
        assertThatThrownBy(() -> resolve(host, false))
                .isInstanceOf(ExecutionException.class)
                .hasMessageContaining("not permitted to dial " + host);
    }

    @Test
    void whatIsResolvedOnceIsWhatIsDialled() throws Exception {
        assertThat(resolve("203.0.113.7", false)).containsExactly(new InetSocketAddress("203.0.113.7", 443));
        assertThat(resolve("10.0.0.7", false)).containsExactly(new InetSocketAddress("10.0.0.7", 443));
    }

    @Test
    void loopbackIsDialledOnlyWhereTheOwnerSaidSo() throws Exception {
        assertThat(resolve("127.0.0.1", true)).containsExactly(new InetSocketAddress("127.0.0.1", 443));
        assertThatThrownBy(() -> resolve("169.254.169.254", true)).hasMessageContaining("not permitted");
    }

    private static List<InetSocketAddress> resolve(String host, boolean loopbackAllowed) throws Exception {
        var promise = new Promise.Completable<List<InetSocketAddress>>();
        new Dialer(Runnable::run, loopbackAllowed).resolve(host, 443, Map.of(), promise);
        return promise.get();
    }
}
