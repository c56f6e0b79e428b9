package io.drover.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.auth.Credentials.Presented;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialsTest {

    private static final Presented GOOD = new Presented.Some(new Credentials("token-abcde", "s3cret"), false);

    @ParameterizedTest
    @ValueSource(strings = {"Bearer token-abcde:s3cret", "bearer token-abcde:s3cret", "BEARER   token-abcde:s3cret "})
    void readsABearerToken(String header) {
        assertThat(in("Authorization", header)).isEqualTo(GOOD);
    }

    @Test
    void readsBasicInBothAlphabetsAndWithoutPadding() {
        String secret = "?>~?>~";
        byte[] plain = ("token-abcde:" + secret).getBytes(StandardCharsets.UTF_8);
        Presented wanted = new Presented.Some(new Credentials("token-abcde", secret), false);

        assertThat(in("Authorization", "Basic " + Base64.getEncoder().encodeToString(plain)))
                .isEqualTo(wanted);
        assertThat(in("Authorization", "basic " + Base64.getUrlEncoder().encodeToString(plain)))
                .isEqualTo(wanted);
        assertThat(in(
                        "Authorization",
                        "Basic " + Base64.getUrlEncoder().withoutPadding().encodeToString(plain)))
                .isEqualTo(wanted);
    }

    @Test
    void readsTheSessionCookieAmongOthers() {
        assertThat(in("Cookie", "CSRF=1; R_SESS=token-abcde:s3cret; x=y"))
                .isEqualTo(new Presented.Some(new Credentials("token-abcde", "s3cret"), true));
    }

    @Test
    void letsTheHeaderWinOverTheCookie() {
        Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.put("Authorization", List.of("Bearer token-abcde:s3cret"));
        headers.put("Cookie", List.of("R_SESS=token-other:secret"));

        assertThat(Credentials.in(headers::get)).isEqualTo(GOOD);
    }

    @Test
    void findsNothingWhereNothingIs() {
        assertThat(Credentials.in(name -> null)).isInstanceOf(Presented.Nothing.class);
        assertThat(in("Authorization", " ")).isInstanceOf(Presented.Nothing.class);
        assertThat(in("Cookie", "CSRF=1; R_SESSION=token-abcde:s3cret; R_SESS="))
                .isInstanceOf(Presented.Nothing.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Bearer",
                "Bearer token-abcde",
                "Bearer :s3cret",
                "Bearer token-abcde:",
                "Bearer ../x:s3cret",
                "Bearer token-abcde:s3 cret",
                "Bearer Token-ABC:s3cret",
                "Basic !!!",
                "Basic dG9rZW4",
                "Digest username=x",
                "token-abcde:s3cret"
            })
    void refusesWhatIsNoToken(String header) {
        assertThat(in("Authorization", header)).isInstanceOf(Presented.Malformed.class);
    }

    @Test
    void refusesTwoHeadersAndTwoDifferentCookies() {
        assertThat(Credentials.in(name ->
                        name.equals("Authorization") ? List.of("Bearer token-a:1", "Bearer token-b:2") : List.of()))
                .isInstanceOf(Presented.Malformed.class);
        assertThat(in("Cookie", "R_SESS=token-a:1; R_SESS=token-b:2")).isInstanceOf(Presented.Malformed.class);
    }

    @Test
    void neverRepeatsASecretInItsText() {
        assertThat(GOOD.toString()).doesNotContain("s3cret");
        assertThat(in("Authorization", "Bearer s3cret").toString()).doesNotContain("s3cret");
    }

    @Test
    void survivesAnyHeader() {
        Random random = new Random(20261121);
        String[] starts = {"", "Bearer ", "Basic ", "basic", "R_SESS=", "R_SESS=;R_SESS=", "Bearer token-a:"};
        for (int i = 0; i < 100_000; i++) {
            StringBuilder text = new StringBuilder(starts[random.nextInt(starts.length)]);
            int length = random.nextInt(40);
            for (int j = 0; j < length; j++) {
                text.append((char) (random.nextInt(4) == 0 ? random.nextInt(0x10000) : random.nextInt(0x80)));
            }
            String name = random.nextBoolean() ? "Authorization" : "Cookie";

            assertThat(in(name, text.toString())).isNotNull();
        }
    }

    @Test
    void refusesAnEndlessTokenWithoutReadingIt() {
        assertThat(in("Authorization", "Bearer a:" + "x".repeat(1_000_000))).isInstanceOf(Presented.Malformed.class);
        assertThat(in("Authorization", "Basic " + "x".repeat(1_000_000))).isInstanceOf(Presented.Malformed.class);
    }

    private static Presented in(String header, String value) {
        return Credentials.in(name -> name.equals(header) ? List.of(value) : List.of());
    }
}
